"""Scaling fitted on the training part alone, along the last axis, on valid steps only."""

from collections.abc import Callable, Sequence

import numpy as np

from tdcli.data._dataset import Array, Scaling


def fitted(values: Array, valid: Array | None, policies: Sequence[str]) -> Scaling | None:
    """Fit one policy a column of `values` `(samples, ..., columns)`; None if none of them scales.

    standard: mean and variance; minmax: the least value and the squared range, so that values
    go to 0..1; pixels: 0 and 255^2; none: 0 and 1. A variance of zero becomes 1.
    """
    if all(policy == "none" for policy in policies):
        return None
    rows = values[valid] if valid is not None else values
    rows = rows.reshape(-1, values.shape[-1])
    fits = [_FITS[policy](rows[:, column]) for column, policy in enumerate(policies)]
    mean, variance = np.array(fits, dtype=np.float64).T
    return Scaling(mean.astype(np.float32), np.where(variance > 0, variance, 1.0).astype(np.float32))


def _standard(column: Array) -> tuple[float, float]:
    return column.mean(dtype=np.float64), column.var(dtype=np.float64)


def _minmax(column: Array) -> tuple[float, float]:
    least, most = float(column.min()), float(column.max())
    return least, (most - least) ** 2


def _constant(mean: float, variance: float) -> Callable[[Array], tuple[float, float]]:
    return lambda _: (mean, variance)


_FITS = {
    "standard": _standard,
    "minmax": _minmax,
    "pixels": _constant(0.0, 255.0**2),
    "none": _constant(0.0, 1.0),
}
