"""Write the line that sorts the rows of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.script.python import Call, literal, wrapped_lines
from tdcli.sources.tables.table import Table
from tdcli.sources.tables.time_formats import completion_of
from tdcli.sources.tables.time_parts import years_first
from tdcli.text.errors import SpecError

if TYPE_CHECKING:
    from tdcli.data.tables.files.cells import Cells
    from tdcli.data.tables.order.plain_sort import SortKey

NOT_OF_POLARS = ("%q", ",%f", "UTC", "GMT")
"""What a format of this project may hold that one of Polars may not."""


def sort_lines(section: Table, path: Path) -> list[str]:
    """Return the line; none where rows stay in the file's order.

    Raises SpecError where the line would put them in another order than `tdcli train` does.
    """
    if not (section.time or section.order):
        return []
    from tdcli.data.tables.files.column_request import ColumnRequest
    from tdcli.data.tables.files.reading import read_cells
    from tdcli.data.tables.order.ordering import order_rows
    from tdcli.data.tables.order.plain_sort import sorted_lines

    request = ColumnRequest(time=section.time, order=section.order or ())
    cells = read_cells((path,), request, section.na_values, section.skip, section.dialect)
    ordered = order_rows(cells)
    formats = ordered.keys.formats
    if any(mark in format for format in formats for mark in NOT_OF_POLARS):
        _refuse_times(formats)
    keys = _sort_keys(cells, formats)
    if sorted_lines(cells, keys) != ordered.cells.line.tolist():
        _refuse_times(formats)
    words = [_words(key) for key in keys]
    listed = words[0] if len(words) == 1 else f"[{', '.join(words)}]"
    return wrapped_lines("table = ", Call("table.sort", (listed, "maintain_order=True")))


def _sort_keys(cells: Cells, formats: tuple[str, ...]) -> list[SortKey]:
    """Return the moments, or the columns that tell them by numbers or typed; then the counters."""
    from tdcli.data.tables.order.plain_sort import SortKey

    request = cells.request
    are_written = bool(formats) and not all(cells.frame[name].dtype.is_numeric() for name in request.keys)
    times = request.time.columns if request.time else request.order if are_written else ()
    counters = [name for name in request.order if name not in times]
    if are_written:
        completion = completion_of(formats[0])
        first = [SortKey(tuple(times), formats[0] + completion.format, completion.text)]
    else:
        first = [SortKey((name,)) for name in years_first(times)]
    return [*first, *(SortKey((name,)) for name in counters)]


def _words(key: SortKey) -> str:
    """Return the key as the script writes it."""
    if not key.format:
        return literal(key.columns[0])
    texts = f"pl.col({literal(key.columns[0])})"
    if len(key.columns) > 1:
        texts = f'pl.concat_str({literal(list(key.columns))}, separator=" ")'
    if key.suffix:
        texts = f"({texts} + {literal(key.suffix)})"
    return f"{texts}.str.to_datetime({literal(key.format)})"


def _refuse_times(formats: tuple[str, ...]) -> None:
    named = ", ".join(f"`{format}`" for format in formats) or "numbers"
    message = f"the script cannot parse times written as {named}"
    raise SpecError.of(
        "cannot-write-script", message, "`tdcli train` can read them; write this part of the script by hand"
    )
