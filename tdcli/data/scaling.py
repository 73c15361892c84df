"""Fit the scaling along the last axis, on the training set alone and without padded timesteps."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce

import numpy as np

from tdcli.data.dataset import Array, Scaling, chunks
from tdcli.data.lazy import OnDemand, Windowed, coverage

Figures = tuple[float, ...]
"""The statistics of a column over some rows."""


def fit_scaling(values: Array | OnDemand, valid: Array | None, policies: Sequence[str]) -> Scaling | None:
    """Fit one policy for each column of `values` `(samples, ..., columns)`. Return None if all policies are `none`.

    Each policy has a mean and a variance:
    - standard: those of the values
    - minmax: the smallest value and the squared range, which scales the values to 0..1
    - pixels: 0 and 255^2
    - none: 0 and 1

    A variance of zero is replaced by 1.
    """
    if all(policy == "none" for policy in policies):
        return None
    constant = all(policy in _CONSTANT for policy in policies)
    fits = [_CONSTANT[policy] for policy in policies] if constant else _fit_columns(values, valid, policies)
    mean, variance = np.array(fits, dtype=np.float64).T
    return Scaling(mean.astype(np.float32), np.where(variance > 0, variance, 1.0).astype(np.float32))


def _fit_columns(values: Array | OnDemand, valid: Array | None, policies: Sequence[str]) -> list[tuple[float, float]]:
    """Return mean and variance of each column, over chunks of the rows."""
    found = [
        [_KNOWN[policy](rows[:, column], counts) for column, policy in enumerate(policies)]
        for rows, counts in _counted_rows(values, valid)
    ]
    columns = zip(policies, zip(*found, strict=True), strict=True)
    return [_FITS[policy](reduce(_MERGED[policy], parts)) for policy, parts in columns]


def _counted_rows(values: Array | OnDemand, valid: Array | None) -> Iterator[tuple[Array, Array | None]]:
    """Yield rows and their counts; None if each row counts once. A row of a table counts once for each window."""
    if isinstance(values, Windowed):
        yield values.matrix, coverage(values.starts, values.timesteps, len(values.matrix))
        return
    for place, chunk in chunks(values):
        rows = chunk if valid is None else chunk[valid[place]]
        yield rows.reshape(-1, values.shape[-1]), None


def _column_moments(column: Array, counts: Array | None) -> Figures:
    if counts is None:
        return len(column), column.mean(dtype=np.float64), column.var(dtype=np.float64)
    mean = np.average(column, weights=counts)
    return int(counts.sum()), mean, np.average((column - mean) ** 2, weights=counts)


def _merge_moments(one: Figures, other: Figures) -> Figures:
    """Merge count, mean and variance of two samples (Chan, Golub and LeVeque, 1983)."""
    (count, mean, variance), (more, other_mean, other_variance) = one, other
    total = count + more
    apart = other_mean - mean
    between = apart**2 * count * more / total
    return total, mean + apart * more / total, (variance * count + other_variance * more + between) / total


def _column_extremes(column: Array, counts: Array | None) -> Figures:
    shown = column if counts is None else column[counts > 0]
    return float(shown.min()), float(shown.max())


def _merge_extremes(one: Figures, other: Figures) -> Figures:
    return min(one[0], other[0]), max(one[1], other[1])


_CONSTANT = {"pixels": (0.0, 255.0**2), "none": (0.0, 1.0)}
_KNOWN: dict[str, Callable[[Array, Array | None], Figures]] = {
    "standard": _column_moments,
    "minmax": _column_extremes,
    "none": lambda *_: (),
}
_MERGED: dict[str, Callable[[Figures, Figures], Figures]] = {
    "standard": _merge_moments,
    "minmax": _merge_extremes,
    "none": lambda one, _: one,
}
_FITS: dict[str, Callable[[Figures], tuple[float, float]]] = {
    "standard": lambda figures: (figures[1], figures[2]),
    "minmax": lambda figures: (figures[0], (figures[1] - figures[0]) ** 2),
    "none": lambda _: _CONSTANT["none"],
}
