"""Find repeated values far outside of the others, such as a logger's code for a missing measurement."""

import polars as pl

from tdcli.survey.findings import Outlier

FEWEST, SHARE = 3, 0.001
"""How often a value repeats at least, and in what share of the cells."""

DISTINCT = 8
"""The others must be numbers that vary, not codes."""

ROUNDS = 2
"""How often the least and the largest value are set apart: there may be a second code behind the first."""

CODES = (-1, -9, -99, -999, -9999, -99.9, -999.9, 99, 999, 9999, 99999, 99.9, 999.9, 9999.9, -200)
"""Usual codes for what was not measured, which need not lie as far outside as others."""

UNMISTAKABLE = 999
"""From this size on a usual code need not repeat."""

NEAR = 0.25
"""Of the range of the others: how far outside a usual code is at least; any other value is a whole range away."""


def find_outliers(numbers: pl.Series) -> tuple[Outlier, ...]:
    """Return the values that repeat and lie farther from the others than these from each other.

    A usual code that is the only value below zero counts as well. Zero never does: much stands still.
    """
    inner = numbers
    found: dict[float, int] = {}
    for _ in range(ROUNDS):
        repeated = _repeated_extremes(inner, numbers.len())
        if not repeated:
            break
        found |= repeated
        inner = inner.filter(~inner.is_in(list(repeated)))
    low, high = inner.min(), inner.max()
    if not found or not isinstance(low, float) or not isinstance(high, float) or low == high:
        return ()
    outside = {value: count for value, count in found.items() if value and _is_far(value, low, high)}
    if not outside or inner.n_unique() < DISTINCT:
        return ()
    leads = numbers[0]
    return tuple(Outlier(value, count, low, high, value == leads) for value, count in sorted(outside.items()))


def _repeated_extremes(numbers: pl.Series, cells: int) -> dict[float, int]:
    """Return the least and the largest value where they repeat, with how often."""
    counts = {value: int((numbers == value).sum()) for value in (numbers.min(), numbers.max()) if value is not None}
    fewest = max(FEWEST, SHARE * cells)
    return {float(value): count for value, count in counts.items() if count >= fewest or _is_unmistakable(value)}  # type: ignore[arg-type]


def _is_unmistakable(value: float) -> bool:
    return value in CODES and abs(value) >= UNMISTAKABLE


def _is_far(value: float, low: float, high: float) -> bool:
    gap = max(low - value, value - high)
    usual = value in CODES and (gap > NEAR * (high - low) or value < 0 <= low)
    return gap > high - low or usual
