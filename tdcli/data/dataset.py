"""Loaded data: its parts, its scaling, and the values fitted on the training set. Imports NumPy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tdcli.data.lazy import OnDemand
from tdcli.data.times.answer_times import AnswerTimes

Array = NDArray[Any]


@dataclass(frozen=True)
class Part:
    """Samples in the units of the data, padded timesteps included.

    x: `(samples, time, ...)`, in memory or read on demand
    y: class codes `(samples,)` or `(samples, time)` as int32, or numbers `(samples, units)` or
        `(samples, time, units)` as float32; None if the file has no target
    index: `(samples,)`, the name of each sample in the data, such as a row number or the name of a sequence
    valid: `(samples, time)` bool, False if a timestep of x is padding; None if all are real
    origin: the last known value of the target, of y's shape, for forecasts; else None
    y_valid: the same as `valid` for y, if y has a time axis; None if all of y is real
    weight: the weight in the loss, `(samples,)`, or `(samples, time)` if every timestep has an output
    groups: `(samples,)`, the name of the series from which a window was cut; None if there are no groups
    keys: by column, `(samples,)`, the group of each sample in a table of predictions
    times: the times that the samples predict; None if the data have no column of times
    baselines: forecasts without a model, by name such as `persistence`, each of y's shape
    notes: notes for the user from reading the data
    own_steps: whether the timesteps of y are not those of x

    >>> part = Part(x=np.zeros((4, 10, 3)), y=np.array([0, 1, 1, 0]), index=np.arange(4))
    >>> len(part), part.take(np.array([1, 2])).y
    (4, array([1, 1]))
    """

    x: Array | OnDemand
    y: Array | None
    index: Array
    valid: Array | None = None
    origin: Array | None = None
    y_valid: Array | None = None
    weight: Array | None = None
    groups: Array | None = None
    keys: Mapping[str, Array] = field(default_factory=dict)
    times: AnswerTimes | None = None
    baselines: Mapping[str, Array] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    own_steps: bool = False

    def __len__(self) -> int:
        return len(self.x)

    def title(self, position: int) -> str:
        """Return the name of a sample for a title: its group, and the time that it predicts or else its index."""
        names = [str(values[position]) for values in self.keys.values()]
        time = None if self.times is None else str(self.times.take(np.array([position])).texts()[0, 0])
        return " ".join([*names, time or str(self.index[position])])

    def take(self, chosen: Array) -> "Part":
        """Return some of the samples, read into memory."""
        apart = ("x", "keys", "times", "baselines", "notes", "own_steps")
        rest = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in apart}
        taken: dict[str, Any] = {name: None if values is None else values[chosen] for name, values in rest.items()}
        for name in ("keys", "baselines"):
            taken[name] = {each: values[chosen] for each, values in getattr(self, name).items()}
        times = None if self.times is None else self.times.take(chosen)
        return replace(self, x=take_samples(self.x, chosen), times=times, **taken)


@dataclass(frozen=True)
class Scaling:
    """`(value - mean) / sqrt(variance)` along the last axis, as in `keras.layers.Normalization`."""

    mean: Array
    variance: Array

    @classmethod
    def of_json(cls, values: Mapping[str, Any] | None) -> "Scaling | None":
        """Return the scaling that `as_json` wrote, bit for bit. Return None for None."""
        return None if values is None else cls(*(np.array(values[name], np.float32) for name in ("mean", "variance")))

    def as_json(self) -> dict[str, list[float]]:
        """Return the constants as plain numbers."""
        return {"mean": self.mean.tolist(), "variance": self.variance.tolist()}

    def scaled(self, values: Array) -> Array:
        """Return scaled values as float32."""
        return ((values - self.mean) / np.sqrt(self.variance)).astype(np.float32)

    def unscaled(self, values: Array) -> Array:
        """Return values in the units of the data."""
        return values * np.sqrt(self.variance) + self.mean


@dataclass(frozen=True)
class Dataset:
    """All parts, and the values that were fitted on the training set alone.

    target_change: whether the model learns `y - origin`
    fitted: everything that is needed to read other data for the same weights, as plain JSON: the codes of text
        columns, the classes, the formats of times, the frequency of rows, the season, and both scalings as
        `scaling: {x, y}`
    naive: the season and the scales of errors, which scoring needs, as plain JSON
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
    fitted: Mapping[str, Any] = field(default_factory=dict)
    naive: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    def parts(self) -> dict[str, Part]:
        """Return the parts that exist, by name."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in named.items() if part is not None}

    @property
    def held_out(self) -> str:
        """The name of the part on which a model is evaluated: the last of training, validation and test set."""
        return list(self.parts())[-1]

    def inputs(self, x: Array, *, integers: bool = False) -> Array:
        """Return samples as the layers behind the input scaling read them: scaled, or as whole numbers."""
        if integers:
            return x.astype(np.int32)
        return np.asarray(x if self.x_scaling is None else self.x_scaling.scaled(x), dtype=np.float32)

    def learnt_target(self, part: Part) -> Array:
        """Return the target that the model learns, of y's shape: class codes or scaled numbers."""
        y = np.asarray(part.y)
        if y.dtype.kind == "i":
            return y
        change = y - part.origin if self.target_change and part.origin is not None else y
        return np.asarray(change if self.y_scaling is None else self.y_scaling.scaled(change), dtype=np.float32)


def is_streamed(part: Part) -> bool:
    """Return whether training reads the samples of a part batch by batch."""
    return isinstance(part.x, OnDemand) and part.x.streamed


def take_samples(x: Array | OnDemand, positions: Array) -> Array:
    """Return some samples, `(positions, time, ...)`."""
    return x.read(positions) if isinstance(x, OnDemand) else np.asarray(x[positions])


def chunks(x: Array | OnDemand) -> Iterator[tuple[slice, Array]]:
    """Yield samples in order with their positions. Samples in memory are yielded all at once."""
    if isinstance(x, OnDemand):
        yield from x.chunks()
    else:
        yield slice(0, len(x)), x
