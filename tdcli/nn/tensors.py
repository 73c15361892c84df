"""A part of the data as the tensors that the graph reads."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tdcli.data._dataset import Array, Dataset, Part, streamed
from tdcli.nn.start import tf


@dataclass(frozen=True)
class Tensors:
    """A part's samples; every field has the samples first.

    x: scaled, `(samples, time, ...)`. target: what the core learns, scaled or class codes.
    measured and origin: the target in the data's units and what a change is added to, for metrics.
    valid and weight: `(samples,)` or, for one output a step, `(samples, time)`: 1 for a real
    step and 0 for padding; the same times the weights of class and sample. mask: `(samples, time)` bool.
    per_step: whether the targets have a row for each step of x.
    """

    x: Any
    target: Any
    measured: Any
    origin: Any
    valid: Any
    weight: Any
    mask: Any | None
    per_step: bool = False

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
        own, weight = share_of(tf.range(tf.shape(self.valid)[0]), number, of)
        return self.at(own).weighed(weight)

    def weighed(self, weight: Any) -> "Tensors":
        """Return the samples with all their weights times this one."""
        return replace(self, valid=self.valid * weight, weight=self.weight * weight)

    def trimmed(self) -> "Tensors":
        """Return the samples cut to the longest of them, where a mask says how long they are."""
        if self.mask is None:
            return self
        steps = self.mask.shape[1]
        # The last real step counts, not their number: a step in the middle may hold the padding value.
        longest = tf.reduce_max(tf.range(1, steps + 1) * tf.cast(self.mask, "int32"))
        of_each_step = tuple(self._present()) if self.per_step else ("x", "mask")
        return replace(self, **{name: getattr(self, name)[:, :longest] for name in of_each_step})

    def _present(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if tf.is_tensor(value)}


def share_of(positions: Any, number: Any, of: int) -> tuple[Any, Any]:
    """Return one of so many even shares of a batch's positions, and its weight: 0 for a share that has none.

    It then takes a position all the same, for layers need a sample.
    """
    start, stop = bounds(tf.size(positions), number, of)
    return positions[start : tf.maximum(stop, start + 1)], tf.cast(stop > start, "float32")


def bounds(size: Any, number: Any, of: int) -> tuple[Any, Any]:
    """Return where one of `of` even shares begins, and where the next one does.

    >>> [bounds(5, number, 2) for number in range(2)]
    [(0, 2), (2, 5)]
    """
    return size * number // of, size * (number + 1) // of


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
    return Tensors(**fields, per_step=part.y_valid is not None)


def _valid(part: Part, places: tuple[int, ...]) -> Array:
    return np.ones(places, np.float32) if part.y_valid is None else part.y_valid.astype(np.float32)
