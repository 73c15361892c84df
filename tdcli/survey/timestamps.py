"""The time axis of a table: how far apart its rows are, and whether one stands there twice."""

import polars as pl

from tdcli.data._arrays.answer_times import time_texts
from tdcli.data._arrays.ordering import OrderedCells
from tdcli.data._arrays.source import TableCells
from tdcli.survey.findings import Timestamps


def timestamps_of(table: TableCells) -> Timestamps | None:
    """Return what the columns of `time` and `order` tell, within each group; None without such columns.

    Raises UserError at the first cell that cannot be used.
    """
    wanted, ordered = table.wanted, table.ordered
    columns = tuple(dict.fromkeys((*(wanted.time.columns if wanted.time else ()), *wanted.order)))
    if not columns:
        return None
    axis, spacing = ordered.keys.axis, ordered.spacing
    if axis is None:
        return Timestamps(columns, "", "", "", _repeated(ordered), 0)
    step = "" if ordered.frequency is None else ordered.frequency.name
    repeated = _repeated(ordered) if ordered.keys.counters else spacing.repeated
    first, last = _texts(axis)
    return Timestamps(columns, first, last, step, repeated, spacing.irregular, spacing.missing)


def _repeated(ordered: OrderedCells) -> int:
    """Return how many rows have the same keys as another one of their group."""
    keys = pl.DataFrame([pl.Series("group", ordered.groups), *_named(ordered.keys.sorts)])
    return len(keys) - keys.n_unique()


def _named(columns: tuple[pl.Series, ...]) -> list[pl.Series]:
    return [column.alias(f"key {place}") for place, column in enumerate(columns)]


def _texts(axis: pl.Series) -> tuple[str, str]:
    """Return the first moment and the last, or the least number and the largest."""
    ends = axis.sort().gather([0, -1])
    first, last = time_texts(ends, axis) if axis.dtype.is_temporal() else (f"{each:.12g}" for each in ends)
    return first, last
