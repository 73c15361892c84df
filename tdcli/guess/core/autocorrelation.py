"""Measure how much rows resemble the rows before them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.guess.core.columns import RawColumn
from tdcli.guess.core.groups import GroupedSeries

PERSISTENT = 0.5
"""Autocorrelation at lag 1 from which on the change varies less than the value: its variance is 2 (1 - r) of it."""

LAGS = 12
SIGNIFICANT = 3.0
"""Standard errors of an autocorrelation, which is `1 / sqrt(rows)` for rows in no order (Bartlett, 1946)."""


def is_persistent(column: RawColumn, series: GroupedSeries) -> bool:
    """Say whether the last value is a better forecast of a column than its mean."""
    found = autocorrelation(column, series, 1)
    return bool(np.isnan(found) or found > PERSISTENT)


def is_ordered(columns: Iterable[RawColumn], series: GroupedSeries) -> bool:
    """Say whether some column of numbers tells that its rows follow each other."""
    least = SIGNIFICANT / np.sqrt(len(series.groups))
    lags = range(1, min(LAGS, len(series.groups) // 2) + 1)
    return any(abs(autocorrelation(column, series, lag)) > least for column in columns for lag in lags)


def autocorrelation(column: RawColumn, series: GroupedSeries, lag: int) -> float:
    """Return the correlation of values with those `lag` rows before in their group; missing ones are left out."""
    values, groups = _centre(column, series)
    inside = groups[lag:] == groups[:-lag]
    first, second = values[:-lag][inside], values[lag:][inside]
    there = ~(np.isnan(first) | np.isnan(second))
    if there.sum() < 2:
        return float("nan")
    scale = np.nanmean(values**2)
    return float(np.mean(first[there] * second[there]) / scale) if scale else float("nan")


def _centre(column: RawColumn, series: GroupedSeries) -> tuple[Array, Array]:
    """Return the numbers in order, less the mean of their group."""
    numbers = (column.numbers if column.numbers is not None else column.texts.rank("dense")).gather(series.order)
    frame = pl.DataFrame({"value": numbers.cast(pl.Float64), "group": series.groups})
    return frame.select(pl.col("value") - pl.col("value").mean().over("group")).to_series().to_numpy(), series.groups
