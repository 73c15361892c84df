"""The line that puts the rows of a table in order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tdcli.script.python import Call, lines, literal
from tdcli.sources.tables.time_formats import completion_of
from tdcli.sources.tables.time_parts import from_the_year_on
from tdcli.text.diagnostic import UserError

if TYPE_CHECKING:
    import polars as pl

    from tdcli.data.tables.files.cells import Cells

NOT_OF_POLARS = ("%q", ",%f", "UTC", "GMT")
"""What a format of this project may hold that one of Polars may not."""


class _Key(NamedTuple):
    """What rows are sorted by: in the words of the script, and to sort with here."""

    words: str
    values: pl.Expr


def sort_lines(section: Any, path: Path) -> list[str]:
    """Return the line; none where rows stay in the file's order.

    Raises UserError where the line would put them in another order than `tdcli train` does.
    """
    if not (section.time or section.order):
        return []
    from tdcli.data.tables.files.column_request import ColumnRequest
    from tdcli.data.tables.files.reading import read_cells
    from tdcli.data.tables.order.ordering import order_rows

    request = ColumnRequest(time=section.time, order=section.order or ())
    cells = read_cells((path,), request, section.na_values, section.skip, section.dialect)
    ordered = order_rows(cells)
    formats = ordered.keys.formats
    if any(each in format for format in formats for each in NOT_OF_POLARS):
        _refuse(formats)
    keys = _keys(cells, formats)
    if _sorted_lines(cells, keys) != ordered.cells.line.tolist():
        _refuse(formats)
    words = [key.words for key in keys]
    listed = words[0] if len(words) == 1 else f"[{', '.join(words)}]"
    return lines("table = ", Call("table.sort", (listed, "maintain_order=True")))


def _keys(cells: Cells, formats: tuple[str, ...]) -> list[_Key]:
    """Return the moments, or the columns that tell them by numbers or typed; then the counters."""
    request = cells.request
    are_written = bool(formats) and not all(cells.frame[name].dtype.is_numeric() for name in request.keys)
    times = request.time.columns if request.time else request.order if are_written else ()
    counters = [name for name in request.order if name not in times]
    first = [_moments(times, formats[0])] if are_written else map(_column, from_the_year_on(times))
    return [*first, *map(_column, counters)]


def _column(name: str) -> _Key:
    import polars as pl

    return _Key(literal(name), pl.col(name))


def _moments(columns: tuple[str, ...], format: str) -> _Key:
    """Return the columns read as moments."""
    import polars as pl

    completion = completion_of(format)
    texts, words = pl.concat_str(columns, separator=" "), f"pl.col({literal(columns[0])})"
    if len(columns) > 1:
        words = f'pl.concat_str({literal(list(columns))}, separator=" ")'
    if completion.text:
        texts, words = texts + completion.text, f"({words} + {literal(completion.text)})"
    format += completion.format
    return _Key(f"{words}.str.to_datetime({literal(format)})", texts.str.to_datetime(format))


def _sorted_lines(cells: Cells, keys: list[_Key]) -> list[int]:
    """Return the lines of the rows as the script sorts them; none where it stops at a cell that it cannot read."""
    import polars as pl

    values = [key.values for key in keys]
    try:
        rows = cells.frame.with_row_index("row of the file").sort(values, maintain_order=True)["row of the file"]
    except pl.exceptions.PolarsError:
        return []
    return list(cells.line[rows.to_numpy()].tolist())


def _refuse(formats: tuple[str, ...]) -> None:
    named = ", ".join(f"`{format}`" for format in formats) or "numbers"
    message = f"the script has no words for times written as {named}"
    raise UserError.of("cannot-write-script", message, "`tdcli train` reads them; write that part by hand")
