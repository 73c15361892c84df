"""A part of the data as the tensors that the graph reads."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part, streamed
from tdcli.nn.runtime.tensorflow import tf


@dataclass(frozen=True)
class Tensors:
    """A part's samples; every field has the samples first.

    x: scaled, `(samples, time, ...)`. target: what the core learns, scaled or class codes.
    measured and origin: the target in the data's units and what a change is added to, for metrics.
    valid and weight: `(samples,)` or, for one output a step, `(samples, time)`: 1 for a real
    step and 0 for padding; the same times the weights of class and sample. mask: `(samples, time)` bool.
    per_step: whether the targets have a row for each step of x. portion: how much of its batch this is, from
    0 to 1; 0 where a share has no sample, and one stands in that counts for nothing.
    """

    x: Any
    target: Any
    measured: Any
    origin: Any
    valid: Any
    weight: Any
    mask: Any | None
    per_step: bool = False
    portion: Any = 1.0

    def __len__(self) -> int:
        return int(self.valid.shape[0])

    def at(self, indexes: Any) -> "Tensors":
        """Return the samples at `indexes`; what two fields share is gathered once."""
        gathered: dict[int, Any] = {}
        for value in self._present().values():
            if id(value) not in gathered:
                gathered[id(value)] = tf.gather(value, indexes)
        return replace(self, **{name: gathered[id(value)] for name, value in self._present().items()})

    def share(self, number: Any, of: int) -> "Tensors":
        """Return one of so many shares of the samples, as even as can be; one without any has a sample of no weight."""
        if of == 1:
            return self
        own, portion = share_of(tf.range(tf.shape(self.valid)[0]), number, of)
        return self.at(own).being(portion)

    def being(self, portion: Any) -> "Tensors":
        """Return the samples as such a portion of what they were; of none they weigh nothing."""
        counts = tf.cast(portion > 0, "float32")
        return replace(self, valid=self.valid * counts, weight=self.weight * counts, portion=self.portion * portion)

    def trimmed(self, mask: Any = None) -> "Tensors":
        """Return the samples cut to the longest of them, or of those of another mask; without masks as they are."""
        mask = self.mask if mask is None else mask
        if mask is None:
            return self
        steps = mask.shape[1]
        # The last real step counts, not their number: a step in the middle may hold the padding value.
        longest = tf.reduce_max(tf.range(1, steps + 1) * tf.cast(mask, "int32"))
        of_each_step = tuple(self._present()) if self.per_step else ("x", "mask")
        return replace(self, **{name: getattr(self, name)[:, :longest] for name in of_each_step})

    def _present(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if tf.is_tensor(value) and name != "portion"}


def share_of(positions: Any, number: Any, of: int) -> tuple[Any, Any]:
    """Return one of so many even shares of a batch's positions, and which portion of them it is.

    A share of none takes a position all the same, for layers need a sample.
    """
    size = tf.size(positions)
    start, stop, read = bounds(size, number, of)
    return positions[start:read], tf.cast((stop - start) / size, "float32")


def bounds(size: Any, number: Any, of: int) -> tuple[Any, Any, Any]:
    """Return where one of `of` even shares begins and ends, and up to where it reads: one sample at least.

    >>> [bounds(2, number, 3) for number in range(3)]
    [(0, 0, 1), (0, 1, 1), (1, 2, 2)]
    """
    start, stop = size * number // of, size * (number + 1) // of
    return start, stop, max(stop, start + 1) if isinstance(size, int) else tf.maximum(stop, start + 1)


def tensors(part: Part, data: Dataset, class_weights: Array | None, integers: bool) -> Tensors:
    """Scale a part and weigh its samples; `x` is None where it is streamed.

    Raises nothing: the data were checked when they were loaded.
    """
    if part.y is None:
        raise ValueError("a part without targets cannot be trained on")
    is_class = part.y.dtype.kind == "i"
    valid = _valid(part, places=part.y.shape if is_class else part.y.shape[:-1])
    weight = valid if class_weights is None else (valid * class_weights[part.y]).astype(np.float32)
    weight = weight if part.weight is None else (weight * part.weight).astype(np.float32)
    origin = part.origin if data.target_change else None
    x = None if streamed(part) else data.inputs(np.asarray(part.x), integers=integers)
    arrays = {"x": x, "target": data.learnt_target(part), "measured": part.y, "origin": origin}
    arrays |= {"valid": valid, "weight": weight, "mask": part.valid}
    constants = {id(each): tf.constant(each) for each in arrays.values() if each is not None}
    fields: dict[str, Any] = {name: constants.get(id(each)) for name, each in arrays.items()}
    return Tensors(**fields, per_step=part.y_valid is not None and not part.own_steps)


def _valid(part: Part, places: tuple[int, ...]) -> Array:
    if part.y_valid is None:
        return np.ones(places, np.float32)
    steps = part.y_valid.astype(np.float32)
    return np.broadcast_to(steps.reshape(steps.shape + (1,) * (len(places) - 2)), places)  # a frame a step
