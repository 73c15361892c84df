"""A part of the data as the tensors that the graph reads."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tdcli.data._dataset import Array, Dataset, Part
from tdcli.nn.start import tf


@dataclass(frozen=True)
class Tensors:
    """A part's samples; every field has the samples first.

    x: scaled, `(samples, time, ...)`. target: what the core learns, scaled or class codes.
    measured and origin: the target in the data's units and what a change is added to, for metrics.
    valid and weight: `(samples,)` or, for one output a step, `(samples, time)`: 1 for a real
    step and 0 for padding; the same times the class's weight. mask: `(samples, time)` bool.
    """

    x: Any
    target: Any
    measured: Any
    origin: Any
    valid: Any
    weight: Any
    mask: Any | None

    def __len__(self) -> int:
        return int(self.x.shape[0])

    def batch(self, indexes: Any, trimmed: bool) -> "Tensors":
        """Return the samples at `indexes`; trimmed: cut to the longest of them."""
        fields = {name: None if value is None else tf.gather(value, indexes) for name, value in vars(self).items()}
        if trimmed and fields["mask"] is not None:
            fields = _trimmed(fields)
        return Tensors(**fields)


def _trimmed(fields: dict[str, Any]) -> dict[str, Any]:
    steps = fields["mask"].shape[1]
    # The last real step counts, not their number: a step in the middle may hold the padding value.
    longest = tf.reduce_max(tf.range(1, steps + 1) * tf.cast(fields["mask"], "int32"))
    has_time = {name: value is not None and value.shape[1:2] == [steps] for name, value in fields.items()}
    per_step = has_time["valid"]
    always = ("x", "mask")
    return {
        name: value[:, :longest] if has_time[name] and (per_step or name in always) else value
        for name, value in fields.items()
    }


def tensors(part: Part, data: Dataset, class_weights: Array | None, integers: bool) -> Tensors:
    """Scale a part and weigh its samples. Raises nothing: the data were checked when they were loaded."""
    if part.y is None:
        raise ValueError("a part without targets cannot be trained on")
    is_class = part.y.dtype.kind == "i"
    per_step = part.y.ndim == (2 if is_class else 3)
    valid = _valid(part, per_step)
    weight = valid if class_weights is None else (valid * class_weights[part.y]).astype(np.float32)
    origin = part.origin if data.target_change else None
    target = part.y if is_class else _learnt(part, data, origin)
    x = _scaled(part, data, integers)
    arrays = (x, target, part.y, origin, valid, weight, part.valid)
    return Tensors(*(None if array is None else tf.constant(array) for array in arrays))


def _valid(part: Part, per_step: bool) -> Array:
    if not per_step:
        return np.ones(len(part), np.float32)
    if part.valid is None:
        return np.ones(part.x.shape[:2], np.float32)
    return part.valid.astype(np.float32)


def _scaled(part: Part, data: Dataset, integers: bool) -> Array:
    if integers:
        return part.x.astype(np.int32)
    return np.asarray(part.x if data.x_scaling is None else data.x_scaling.scaled(part.x), dtype=np.float32)


def _learnt(part: Part, data: Dataset, origin: Array | None) -> Array:
    values = np.asarray(part.y) if origin is None else part.y - origin
    return np.asarray(values if data.y_scaling is None else data.y_scaling.scaled(values), dtype=np.float32)
