"""Convert a part of the data to the tensors that the graph reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part, is_streamed
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor

PER_SAMPLE = ("x", "target", "valid", "weight", "measured", "origin", "mask")
"""The fields of `Tensors` whose first axis is the samples."""


@dataclass(frozen=True)
class Tensors:
    """The samples of a part of the data.

    x: the scaled inputs, `(samples, time, ...)`. None if they are streamed.
    target: the target of training, scaled values or class codes.
    valid: `(samples,)`, or `(samples, time)` for one output per timestep. 1 marks a real timestep, 0 padding.
    weight: `valid` times the weights of class and sample. None means the same as `valid`.
    measured: the target in the data's units, for metrics. None means the same as `target`.
    origin: the value that a change is added to, for metrics. None if the target is not a change.
    mask: `(samples, time)` bool. None if there is no padding.
    per_step: whether the targets have a row for each timestep of x.
    fraction: the fraction of the batch that this shard is, from 0 to 1. A shard with fraction 0 has one sample of
        weight 0.
    """

    x: Tensor
    target: Tensor
    valid: Tensor
    weight: Tensor | None = None
    measured: Tensor | None = None
    origin: Tensor | None = None
    mask: Tensor | None = None
    per_step: bool = False
    fraction: Tensor = 1.0

    def __len__(self) -> int:
        return int(self.valid.shape[0])

    @property
    def loss_weight(self) -> Tensor:
        """Return the weight of each sample or timestep in the loss."""
        return self.valid if self.weight is None else self.weight

    @property
    def metric_target(self) -> Tensor:
        """Return the target in the data's units."""
        return self.target if self.measured is None else self.measured

    def at(self, indexes: Tensor) -> "Tensors":
        """Return the samples at `indexes`."""
        return self._with_each(PER_SAMPLE, lambda values: tf.gather(values, indexes))

    def shard(self, index: Tensor, count: int) -> "Tensors":
        """Return one of `count` even shards of the samples."""
        if count == 1:
            return self
        own, fraction = shard_positions(tf.range(tf.shape(self.valid)[0]), index, count)
        return self.at(own).scaled_to(fraction)

    def scaled_to(self, fraction: Tensor) -> "Tensors":
        """Return the samples with their `fraction` multiplied by another one. A fraction of 0 sets all weights to 0."""
        counts = tf.cast(fraction > 0, "float32")
        weighed = self._with_each(("valid", "weight"), lambda values: values * counts)
        return replace(weighed, fraction=self.fraction * fraction)

    def trimmed(self, mask: Tensor | None = None) -> "Tensors":
        """Return the samples cut to the longest sample of a mask, by default their own. Without a mask, cut nothing."""
        mask = self.mask if mask is None else mask
        if mask is None:
            return self
        steps = mask.shape[1]
        # Find the last real timestep instead of counting them: one in the middle may have the padding value.
        longest = tf.reduce_max(tf.range(1, steps + 1) * tf.cast(mask, "int32"))
        return self._with_each(PER_SAMPLE if self.per_step else ("x", "mask"), lambda values: values[:, :longest])

    def _with_each(self, names: Iterable[str], change: Callable[[Tensor], Tensor]) -> "Tensors":
        """Return a copy with the named fields changed. Fields that are None stay None."""
        values = {name: getattr(self, name) for name in names}
        return replace(self, **{name: change(value) for name, value in values.items() if value is not None})


def shard_positions(positions: Tensor, index: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return the positions in one of `count` even shards of a batch, and the fraction of the batch that it has.

    An empty shard still gets one position, because layers need at least one sample.
    """
    size = tf.size(positions)
    start, stop, read = shard_bounds(size, index, count)
    return positions[start:read], tf.cast((stop - start) / size, "float32")


def shard_bounds(size: Any, index: Any, count: int) -> tuple[Any, Any, Any]:
    """Return where one of `count` even shards starts and stops, and up to where it reads: at least one sample.

    >>> [shard_bounds(2, index, 3) for index in range(3)]
    [(0, 0, 1), (0, 1, 1), (1, 2, 2)]
    """
    start, stop = size * index // count, size * (index + 1) // count
    return start, stop, max(stop, start + 1) if isinstance(size, int) else tf.maximum(stop, start + 1)


def build_tensors(part: Part, data: Dataset, class_weights: Array | None, integers: bool) -> Tensors:
    """Scale a part of the data and compute the weights of its samples. `x` is None if it is streamed.

    Raises ValueError if the part has no targets. Loading has already checked the data.
    """
    if part.y is None:
        raise ValueError("a part of the data without targets cannot be used for training")
    target, valid = data.learnt_target(part), _valid_steps(part, part.y)
    return Tensors(
        x=None if is_streamed(part) else tf.constant(data.inputs(np.asarray(part.x), integers=integers)),
        target=tf.constant(target),
        valid=tf.constant(valid),
        weight=_optional_constant(_weigh(valid, part, class_weights)),
        measured=None if target is part.y else tf.constant(part.y),
        origin=_optional_constant(part.origin if data.target_change else None),
        mask=_optional_constant(part.valid),
        per_step=part.y_valid is not None and not part.own_steps,
    )


def _optional_constant(values: Array | None) -> Tensor | None:
    return None if values is None else tf.constant(values)


def _weigh(valid: Array, part: Part, class_weights: Array | None) -> Array | None:
    """Return the weights of real samples or timesteps, None if all of them are 1."""
    if class_weights is None and part.weight is None:
        return None
    weight = valid if class_weights is None else (valid * class_weights[part.y]).astype(np.float32)
    return weight if part.weight is None else (weight * part.weight).astype(np.float32)


def _valid_steps(part: Part, target: Array) -> Array:
    """Return 1 for each real sample or timestep and 0 for padding, in the shape of the losses."""
    shape = target.shape if target.dtype.kind == "i" else target.shape[:-1]
    if part.y_valid is None:
        return np.ones(shape, np.float32)
    steps = part.y_valid.astype(np.float32)
    return np.broadcast_to(steps.reshape(steps.shape + (1,) * (len(shape) - 2)), shape)  # one frame per timestep
