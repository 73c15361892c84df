"""The time axis of a table: how far apart its rows are, and whether one stands there twice."""

import polars as pl

from tdcli.data.tables.order.ordering import OrderedCells
from tdcli.data.tables.rows import CleaningPolicy
from tdcli.data.times.answer_times import time_form
from tdcli.survey.findings import Timestamps


def timestamps_of(ordered: OrderedCells, cleaning: CleaningPolicy) -> Timestamps | None:
    """Return what the columns of `time` and `order` tell, within each group; None without such columns."""
    request = ordered.cells.request
    columns = tuple(dict.fromkeys((*(request.time.columns if request.time else ()), *request.order)))
    if not columns:
        return None
    axis, spacing = ordered.keys.axis, ordered.spacing
    if axis is None:
        return Timestamps(columns, "", "", "", _repeated(ordered), 0)
    step = "" if ordered.frequency is None else ordered.frequency.name
    repeated = _repeated(ordered) if len(ordered.keys.sorts) > 1 else spacing.repeated
    first, last = _texts(axis)
    minds_gaps = cleaning.max_gap is not None or cleaning.inserts_rows
    irregular = spacing.off_grid if minds_gaps else spacing.irregular
    return Timestamps(columns, first, last, step, repeated, irregular, spacing.missing, spacing.off_grid)


def _repeated(ordered: OrderedCells) -> int:
    """Return how many rows have the same keys as another one of their group."""
    keys = pl.DataFrame([pl.Series("group", ordered.groups), *_named(ordered.keys.sorts)])
    return len(keys) - keys.n_unique()


def _named(columns: tuple[pl.Series, ...]) -> list[pl.Series]:
    return [column.alias(f"key {place}") for place, column in enumerate(columns)]


def _texts(axis: pl.Series) -> tuple[str, str]:
    """Return the first moment and the last, or the least number and the largest."""
    ends = pl.Series([axis.min(), axis.max()], dtype=axis.dtype)
    first, last = ends.dt.strftime(time_form(axis)) if axis.dtype.is_temporal() else (f"{each:.12g}" for each in ends)
    return first, last
