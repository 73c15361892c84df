"""The line that puts the rows of a table in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tdcli.data._table_formats import CSV, format_of
from tdcli.data._table_header import read_text_header
from tdcli.data._table_text import opened_text, rows_of
from tdcli.data._time_formats import completion_of, formats_of
from tdcli.data._time_parts import parts_of
from tdcli.script.python import Call, lines, literal
from tdcli.text.diagnostic import UserError


def sort_lines(section: Any, path: Path) -> list[str]:
    """Return the line; none where rows stay in the file's order. Raises UserError for times that it cannot name."""
    times = section.time.columns if section.time else ()
    counters = tuple(name for name in section.order or () if name not in times)
    if not times and not counters:
        return []
    formats = _formats(section, path)
    timed = times or (counters if formats else ())
    keys = [_moment(timed, formats)] if formats else [literal(name) for name in timed]
    keys += [literal(name) for name in counters if name not in timed]
    listed = keys[0] if len(keys) == 1 else f"[{', '.join(keys)}]"
    return lines("table = ", Call("table.sort", (listed, "maintain_order=True")))


def _formats(section: Any, path: Path) -> tuple[str, ...]:
    """Return how the cells write their times; nothing where they are numbers or typed. Raises UserError."""
    if section.time and section.time.format:
        return (str(section.time.format),)
    columns = section.time.columns if section.time else section.order or ()
    cells = _first_cells(section, path, columns)
    if cells and parts_of(columns) and all(cell.isdecimal() for cell in cells):
        return ()
    known = formats_of(cells[0]) if len(cells) == 1 else ()
    return known if len(known) == 1 else _formats_of_all(section, path)


def _first_cells(section: Any, path: Path, columns: tuple[str, ...]) -> list[str]:
    """Return what the first row of a text holds; nothing for other files."""
    if format_of(path) is not CSV:
        return []
    header = read_text_header(path, section.dialect)
    with opened_text(path, section.dialect) as file:
        row = next(rows_of(file, section.dialect, section.dialect.separator_of(path), header.last + 1), None)
    cells = dict(zip(header.names, row.cells if row else (), strict=False))
    return [cells.get(name, "").strip() for name in columns]


def _formats_of_all(section: Any, path: Path) -> tuple[str, ...]:
    """Return the formats that all cells tell."""
    import numpy as np

    from tdcli.data._arrays.cells import read_cells
    from tdcli.data._arrays.row_keys import read_keys
    from tdcli.data._arrays.wanted import Wanted

    wanted = Wanted(time=section.time, order=section.order or ())
    cells = read_cells((path,), wanted, section.na_values, section.skip, section.dialect)
    formats = read_keys(cells, wanted, np.zeros(len(cells), int)).formats
    numbers = all(cells.frame[name].dtype.is_numeric() for name in wanted.keys)
    return () if numbers else formats


def _moment(columns: tuple[str, ...], formats: tuple[str, ...]) -> str:
    """Return the expression that reads the columns as moments."""
    format, *others = formats
    if others or "%q" in format or ",%f" in format or format.endswith(("UTC", "GMT")):
        message = f"the script has no words for times written as `{format}`" + (" and otherwise" if others else "")
        raise UserError.of("cannot-write-script", message, "`tdcli train` reads them; write that part by hand")
    completion = completion_of(format)
    texts = ' + " " + '.join(f"pl.col({literal(name)})" for name in columns)
    texts += f" + {literal(completion.text)}" if completion.text else ""
    texts = f"({texts})" if " + " in texts else texts
    return f"{texts}.str.to_datetime({literal(format + completion.format)})"
