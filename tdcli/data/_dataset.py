"""Loaded data: parts, scaling, and what was learnt from the training part. Imports NumPy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tdcli.data._stored import Stored

Array = NDArray[Any]


@dataclass(frozen=True)
class Part:
    """Samples in the data's own units, padded steps included.

    x: `(samples, time, ...)`, in memory or in its file; y: class codes `(samples,)` or
    `(samples, time)` as int32, numbers `(samples, units)` or `(samples, time, units)` as float32,
    None where the file has no target.
    valid: `(samples, time)` bool, False where a step of x is padding; None where every step is real.
    y_valid: the same of y where it has a row for each step of x; None where every row of y is real.
    origin: the target's last known value, of y's shape, for forecasts; None otherwise.
    weight: `(samples,)`, or `(samples, time)` for one output a step: how much each counts in the loss.
    index: `(samples,)`, what a sample is called in the data: a row number, a sequence's name.
    """

    x: Array | Stored
    y: Array | None
    index: Array
    valid: Array | None = None
    origin: Array | None = None
    y_valid: Array | None = None
    weight: Array | None = None

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Scaling:
    """`(value - mean) / sqrt(variance)` along the last axis, as `keras.layers.Normalization` has it."""

    mean: Array
    variance: Array

    def scaled(self, values: Array) -> Array:
        """Return values without units, float32."""
        return ((values - self.mean) / np.sqrt(self.variance)).astype(np.float32)

    def unscaled(self, values: Array) -> Array:
        """Return values in the data's units."""
        return values * np.sqrt(self.variance) + self.mean


@dataclass(frozen=True)
class Dataset:
    """All parts, and what was fitted on the training part alone.

    learnt is plain JSON: the codes of text columns and the classes, which reading another
    file for the same model needs. target_change: the model learns `y - origin`.
    """

    train: Part
    validation: Part | None = None
    test: Part | None = None
    x_scaling: Scaling | None = None
    y_scaling: Scaling | None = None
    classes: tuple[str, ...] | None = None
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    target_change: bool = False
    learnt: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def chunks(x: Array | Stored) -> Iterator[tuple[slice, Array]]:
    """Yield samples in order with their positions: all at once where they lie in memory."""
    if isinstance(x, Stored):
        yield from x.chunks()
    else:
        yield slice(0, len(x)), x
