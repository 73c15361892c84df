"""Measure how much rows resemble earlier rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.guess.core.columns import RawColumn
from tdcli.guess.core.groups import GroupedSeries

PERSISTENT = 0.5
"""Autocorrelation r at lag 1 above which the change varies less than the value: its variance is 2 (1 - r) times it."""

LAGS = 12
SIGNIFICANT = 3.0
"""Standard errors of an autocorrelation. One is `1 / sqrt(rows)` for rows in random order (Bartlett, 1946)."""


def is_persistent(column: RawColumn, series: GroupedSeries) -> bool:
    """Return whether the last value of a column is a better forecast than its mean."""
    found = autocorrelation(column, series, 1)
    return bool(np.isnan(found) or found > PERSISTENT)


def is_ordered(columns: Iterable[RawColumn], series: GroupedSeries) -> bool:
    """Return whether some column of numbers shows that the rows are in time order."""
    least = SIGNIFICANT / np.sqrt(len(series.groups))
    lags = range(1, min(LAGS, len(series.groups) // 2) + 1)
    return any(abs(autocorrelation(column, series, lag)) > least for column in columns for lag in lags)


def autocorrelation(column: RawColumn, series: GroupedSeries, lag: int) -> float:
    """Return the correlation of values with those `lag` rows earlier in their group. Missing values are skipped."""
    values, groups = _centre(column, series)
    inside = groups[lag:] == groups[:-lag]
    first, second = values[:-lag][inside], values[lag:][inside]
    there = ~(np.isnan(first) | np.isnan(second))
    if there.sum() < 2:
        return float("nan")
    scale = np.nanmean(values**2)
    return float(np.mean(first[there] * second[there]) / scale) if scale else float("nan")


def _centre(column: RawColumn, series: GroupedSeries) -> tuple[Array, Array]:
    """Return the numbers `(rows,)` in order, minus the mean of their group, and the groups."""
    numbers = (column.numbers if column.numbers is not None else column.texts.rank("dense")).gather(series.order)
    frame = pl.DataFrame({"value": numbers.cast(pl.Float64), "group": series.groups})
    return frame.select(pl.col("value") - pl.col("value").mean().over("group")).to_series().to_numpy(), series.groups
