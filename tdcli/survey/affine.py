"""Test whether two columns contain the same quantity in different units, except for a few rows."""

import numpy as np

from tdcli.data.dataset import Array

FEWEST = 8
"""The number of rows that must vary in both columns, because a few rows may agree by chance."""

SHARE = 0.99
"""The share of the varying rows that must agree, so that a few filled cells do not hide a match."""

PRECISION = 8 * float(np.finfo(np.float32).eps)


def is_affine(one: Array, other: Array) -> bool:
    """Return whether `other` is `factor * one + constant`."""
    if not (_varies(one) and _varies(other)):
        return False
    largest = (float(np.abs(one).max()), float(np.abs(other).max()))
    places = (0, len(one) // 2, len(one) - 1)  # at least one is not among the few rows that differ
    return any(is_proportional(one - one[place], other - other[place], largest) for place in places)


def is_proportional(one: Array, other: Array, largest: tuple[float, float]) -> bool:
    """Return whether `other` is `factor * one`. Both are differences of float32 numbers up to `largest` in size."""
    varies, both = (one != 0) | (other != 0), (one != 0) & (other != 0)
    if both.sum() < FEWEST or both.sum() < SHARE * varies.sum():
        return False
    factor = np.median(other[both] / one[both])
    tolerance = PRECISION * (abs(factor) * largest[0] + largest[1])
    return bool((np.abs(other - factor * one)[varies] <= tolerance).mean() >= SHARE)


def _varies(values: Array) -> bool:
    """Return whether more than a few values differ from the most frequent value."""
    return bool(len(values) - np.unique(values, return_counts=True)[1].max() >= FEWEST)
