"""Loaded data: parts, scaling, and what was learnt from the training part. Imports NumPy."""

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
    """Samples in the data's own units, padded steps included.

    x: `(samples, time, ...)`, in memory or made when it is read; y: class codes `(samples,)` or
    `(samples, time)` as int32, numbers `(samples, units)` or `(samples, time, units)` as float32,
    None where the file has no target.
    valid: `(samples, time)` bool, False where a step of x is padding; None where every step is real.
    y_valid: the same of y where it has a time axis; None where every row of y is real.
    own_steps: the steps of y are other ones than those of x.
    origin: the target's last known value, of y's shape, for forecasts; None otherwise.
    weight: `(samples,)`, or `(samples, time)` for one output a step: how much each counts in the loss.
    index: `(samples,)`, what a sample is called in the data: a row number, a sequence's name.
    groups: `(samples,)`, the name of the series that a window was cut from; None where there are no groups.
    keys: by column, `(samples,)`, what tells the group of a sample in a table of predictions.
    times: when what samples answer happens; None where no column tells the time.
    baselines: forecasts without a model by name, each of y's shape, as `persistence`.
    notes: what reading it has to say.

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
        """Return what a sample is called in a title: its group and the time that it answers, else its index."""
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
    """`(value - mean) / sqrt(variance)` along the last axis, as `keras.layers.Normalization` has it."""

    mean: Array
    variance: Array

    @classmethod
    def of_json(cls, values: Mapping[str, Any] | None) -> "Scaling | None":
        """Return what `as_json` wrote, bit for bit; None for None."""
        return None if values is None else cls(*(np.array(values[name], np.float32) for name in ("mean", "variance")))

    def as_json(self) -> dict[str, list[float]]:
        """Return the constants as plain numbers."""
        return {"mean": self.mean.tolist(), "variance": self.variance.tolist()}

    def scaled(self, values: Array) -> Array:
        """Return values without units, float32."""
        return ((values - self.mean) / np.sqrt(self.variance)).astype(np.float32)

    def unscaled(self, values: Array) -> Array:
        """Return values in the data's units."""
        return values * np.sqrt(self.variance) + self.mean


@dataclass(frozen=True)
class Dataset:
    """All parts, and what was fitted on the training part alone.

    fitted is plain JSON: all that was fitted, which reading other data for the same weights
    needs: the codes of text columns, the classes, how times are written and how far apart, the
    season, and the two scalings as `scaling: {x, y}`; naive is so too: the season and the scales
    of errors, which scoring needs.
    target_change: the model learns `y - origin`.
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
        """Return the parts that there are, by name."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in named.items() if part is not None}

    @property
    def held_out(self) -> str:
        """The name of the part that a model is judged on: the last of training, validation and test."""
        return list(self.parts())[-1]

    def inputs(self, x: Array, *, integers: bool = False) -> Array:
        """Return samples as the layers between the scalings read them: without units, or whole numbers."""
        if integers:
            return x.astype(np.int32)
        return np.asarray(x if self.x_scaling is None else self.x_scaling.scaled(x), dtype=np.float32)

    def learnt_target(self, part: Part) -> Array:
        """Return what is learnt of a part: class codes, or numbers without units, of y's shape."""
        y = np.asarray(part.y)
        if y.dtype.kind == "i":
            return y
        change = y - part.origin if self.target_change and part.origin is not None else y
        return np.asarray(change if self.y_scaling is None else self.y_scaling.scaled(change), dtype=np.float32)


def is_streamed(part: Part) -> bool:
    """Say whether a training reads a part's samples batch by batch."""
    return isinstance(part.x, OnDemand) and part.x.streamed


def take_samples(x: Array | OnDemand, positions: Array) -> Array:
    """Return some samples, `(positions, time, ...)`."""
    return x.read(positions) if isinstance(x, OnDemand) else np.asarray(x[positions])


def chunks(x: Array | OnDemand) -> Iterator[tuple[slice, Array]]:
    """Yield samples in order with their positions: all at once where they lie in memory."""
    if isinstance(x, OnDemand):
        yield from x.chunks()
    else:
        yield slice(0, len(x)), x
