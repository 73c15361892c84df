"""Summarize the time axis of a table: its steps, and rows with the same time."""

import polars as pl

from tdcli.data.tables.order.ordering import OrderedCells
from tdcli.data.tables.rows import CleaningPolicy
from tdcli.data.times.answer_times import time_form
from tdcli.survey.findings import TimeSummary


def summarize_times(ordered: OrderedCells, cleaning: CleaningPolicy) -> TimeSummary | None:
    """Return a summary of the columns of `time` and `order`, within each group; None without such columns."""
    request = ordered.cells.request
    columns = tuple(dict.fromkeys((*(request.time.columns if request.time else ()), *request.order)))
    if not columns:
        return None
    axis, spacing = ordered.keys.axis, ordered.spacing
    if axis is None:
        return TimeSummary(columns, "", "", "", _count_repeated(ordered), 0)
    step = "" if ordered.frequency is None else ordered.frequency.name
    repeated = _count_repeated(ordered) if len(ordered.keys.sorts) > 1 else spacing.repeated
    first, last = _format_ends(axis)
    minds_gaps = cleaning.max_gap is not None or cleaning.inserts_rows
    irregular = spacing.off_grid if minds_gaps else spacing.irregular
    return TimeSummary(columns, first, last, step, repeated, irregular, spacing.missing, spacing.off_grid)


def _count_repeated(ordered: OrderedCells) -> int:
    """Return the number of rows with the same keys as another row of their group."""
    keys = pl.DataFrame([pl.Series("group", ordered.groups), *_numbered_columns(ordered.keys.sorts)])
    return len(keys) - keys.n_unique()


def _numbered_columns(columns: tuple[pl.Series, ...]) -> list[pl.Series]:
    return [column.alias(f"key {place}") for place, column in enumerate(columns)]


def _format_ends(axis: pl.Series) -> tuple[str, str]:
    """Return the first and the last moment, or the smallest and the largest number."""
    ends = pl.Series([axis.min(), axis.max()], dtype=axis.dtype)
    first, last = ends.dt.strftime(time_form(axis)) if axis.dtype.is_temporal() else (f"{each:.12g}" for each in ends)
    return first, last
