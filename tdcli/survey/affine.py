"""Test whether one column is another in other units, up to a few rows."""

import numpy as np

from tdcli.data.dataset import Array

FEWEST = 8
"""Rows that must vary in both, for a few may agree by chance."""

SHARE = 0.99
"""Of those that vary: a filled cell is no reason to overlook a column."""

PRECISION = 8 * float(np.finfo(np.float32).eps)


def is_affine(one: Array, other: Array) -> bool:
    """Say whether `other` is `factor * one + constant`."""
    if not (_varies(one) and _varies(other)):
        return False
    largest = (float(np.abs(one).max()), float(np.abs(other).max()))
    places = (0, len(one) // 2, len(one) - 1)  # one of which is none of the few that are otherwise
    return any(is_proportional(one - one[place], other - other[place], largest) for place in places)


def is_proportional(one: Array, other: Array, largest: tuple[float, float]) -> bool:
    """Say whether `other` is `factor * one`, both differences of numbers as large as `largest`, in float32."""
    varies, both = (one != 0) | (other != 0), (one != 0) & (other != 0)
    if both.sum() < FEWEST or both.sum() < SHARE * varies.sum():
        return False
    factor = np.median(other[both] / one[both])
    tolerance = PRECISION * (abs(factor) * largest[0] + largest[1])
    return bool((np.abs(other - factor * one)[varies] <= tolerance).mean() >= SHARE)


def _varies(values: Array) -> bool:
    """Say whether more than a few values are others than the most frequent."""
    return bool(len(values) - np.unique(values, return_counts=True)[1].max() >= FEWEST)
