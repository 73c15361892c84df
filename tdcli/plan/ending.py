"""Which activation the outputs of a chain went through, and between which values they lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from math import inf
from typing import TYPE_CHECKING, Any

from tdcli.layers.core.base import Layer
from tdcli.layers.core.ranges import BOTH_WAYS, POSITIVE, SHARE, SUM_TO_ONE, UNBOUNDED, Range, range_of
from tdcli.layers.time_distributed import TimeDistributed

if TYPE_CHECKING:
    from tdcli.plan.plan import Step

OF_CHANCE = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout")
"""Layers that change numbers by chance while training, by a share of them, and never after it."""

OF_VALUES = (
    *OF_CHANCE, "GaussianNoise",
    "Flatten", "Reshape", "Permute", "RepeatVector", "Cropping1D", "Cropping2D", "Cropping3D",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
)  # fmt: skip
"""Layers that answer, outside of training, with values that came in, or with means of them."""

OF_LARGEST = ("MaxPooling", "GlobalMaxPooling")
"""Those that take the largest of several: of shares they leave more than one in all."""


@dataclass(frozen=True)
class Ending:
    """How a chain ends.

    step: the last layer that computes, whose `activation` it is; activation: None where it has none, or where what it
    made of the outputs was lost behind it, as the shares of a softmax are when another axis becomes the last.
    """

    step: Step
    activation: str | None
    range: Range


def behind_ending(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the layers behind the last one that computes, the last of them first."""
    return tuple(takewhile(_is_passed_through, reversed(steps[1:])))


def ending(steps: Sequence[Step]) -> Ending:
    """Return how a chain of steps ends."""
    step = steps[-1]
    layer = step.layer.innermost
    if len(steps) > 1 and _is_passed_through(step):
        before = ending(steps[:-1])
        loses = before.activation in SUM_TO_ONE and not _keeps_shares(step)
        return replace(before, activation=None) if loses else before
    if len(steps) > 1 and layer.title() == "Rescaling":
        return Ending(step, None, _rescaled(ending(steps[:-1]).range, vars(layer)))
    return Ending(step, _activation(layer, _axes(step)), _range(step.layer))


def _is_passed_through(step: Step) -> bool:
    layer = step.layer.innermost
    linear = layer.title() == "Activation" and vars(layer)["activation"] in (None, "linear")
    overshoots = getattr(layer, "interpolation", "nearest") not in ("nearest", "bilinear")
    return not step.skips and not overshoots and (linear or layer.title() in OF_VALUES)


def _keeps_shares(step: Step) -> bool:
    """Say whether shares along the last axis are shares along the last axis still."""
    layer = step.layer.innermost
    if layer.title().startswith(OF_LARGEST):
        return False
    if layer.title() == "Permute":
        dims = vars(layer)["dims"]
        return bool(dims[-1] == len(dims))
    return step.output_shape[-1] == step.input_shape[-1]


def _axes(step: Step) -> int:
    """Return how many axes the innermost layer answers with: a wrapper over time takes one away."""
    axes, layer = len(step.output_shape), step.layer
    while isinstance(layer, TimeDistributed):
        axes, layer = axes - 1, layer.layer
    return axes


def _activation(layer: Layer, axes: int) -> str | None:
    if layer.title() == "Softmax":
        return "softmax" if vars(layer)["axis"] in ((-1,), (axes - 1,)) else None
    return _OF_TITLES.get(layer.title()) or getattr(layer, "activation", None)


_OF_TITLES = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "PReLU": "leaky_relu"}
"""Activations that are layers."""


def _range(layer: Layer) -> Range:
    inner = layer.innermost
    if inner.title() in _RANGES:
        return _RANGES[inner.title()](vars(inner))
    if not hasattr(inner, "recurrent_initializer"):
        return range_of(getattr(inner, "activation", None))
    return _of_recurrent(inner, twice=getattr(layer, "merge_mode", None) == "sum")


def _of_recurrent(layer: Layer, *, twice: bool) -> Range:
    """Return what a cell answers: its activation's values, of which gates let between nothing and all through."""
    gate = range_of(getattr(layer, "recurrent_activation", "sigmoid"))
    low, high = range_of(vars(layer)["activation"]) if gate.within(0, 1) else UNBOUNDED
    scale = 2 if twice else 1
    return Range(min(low, 0) * scale, max(high, 0) * scale)


def _rescaled(found: Range, arguments: dict[str, Any]) -> Range:
    scale, offset = arguments["scale"], arguments["offset"]
    if not isinstance(scale, int | float) or not isinstance(offset, int | float):
        return UNBOUNDED
    ends = sorted((offset if scale == 0 else each * scale + offset) for each in found)
    return Range(*ends)


_RANGES: dict[str, Callable[[dict[str, Any]], Range]] = {
    "Softmax": lambda _: SHARE,
    "ReLU": lambda given: (
        UNBOUNDED if given["negative_slope"] else Range(0, inf if given["max_value"] is None else given["max_value"])
    ),
    "LeakyReLU": lambda given: UNBOUNDED if given["negative_slope"] else POSITIVE,
    "ELU": lambda given: Range(-given["alpha"], inf),
    "UnitNormalization": lambda _: BOTH_WAYS,
}
