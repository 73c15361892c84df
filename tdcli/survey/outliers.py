"""Find repeated values far outside the range of the others, such as a logger's code for a missing measurement."""

import polars as pl

from tdcli.survey.findings import Outlier

FEWEST, SHARE = 3, 0.001
"""The least number of repeats of an outlier, and their least share of all cells."""

DISTINCT = 8
"""The least number of different other values. With fewer, they are codes instead of measurements."""

ROUNDS = 2
"""How many times the smallest and the largest value are removed, because a second code may follow the first."""

CODES = (-1, -9, -99, -999, -9999, -99.9, -999.9, 99, 999, 9999, 99999, 99.9, 999.9, 9999.9, -200)
"""Common codes for missing measurements. They may be nearer to the other values than other outliers."""

UNMISTAKABLE = 999
"""A common code of at least this size need not repeat."""

NEAR = 0.25
"""The least distance of a common code from the other values, over their range. For other outliers it is 1."""


def find_outliers(numbers: pl.Series) -> tuple[Outlier, ...]:
    """Return the repeated values whose distance from the others is larger than the range of the others.

    A common code that is the only negative value counts as well. Zero never counts, because many measurements rest
    at zero.
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
    """Return the smallest and the largest value with their counts, if they repeat."""
    counts = {value: int((numbers == value).sum()) for value in (numbers.min(), numbers.max()) if value is not None}
    fewest = max(FEWEST, SHARE * cells)
    return {float(value): count for value, count in counts.items() if count >= fewest or _is_unmistakable(value)}  # type: ignore[arg-type]


def _is_unmistakable(value: float) -> bool:
    return value in CODES and abs(value) >= UNMISTAKABLE


def _is_far(value: float, low: float, high: float) -> bool:
    gap = max(low - value, value - high)
    usual = value in CODES and (gap > NEAR * (high - low) or value < 0 <= low)
    return gap > high - low or usual
