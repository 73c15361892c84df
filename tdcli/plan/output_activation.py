"""Which activation the outputs of a chain went through, and between which values they lie."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from tdcli.layers.activation import Activation
from tdcli.layers.core.ranges import SUM_TO_ONE, ValueRange
from tdcli.layers.permute import Permute
from tdcli.layers.rescaling import Rescaling
from tdcli.plan.step import Step

VALUE_PRESERVING = (
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "GaussianNoise",
    "Flatten", "Reshape", "Permute", "RepeatVector", "Cropping1D", "Cropping2D", "Cropping3D",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
)  # fmt: skip
"""Layers that answer, outside of training, with values that came in, or with means of them."""

MAX_POOLING = ("MaxPooling", "GlobalMaxPooling")
"""How layers begin that take the largest of several: of shares they leave more than one in all."""

OVERSHOOTING = ("bicubic", "lanczos3", "lanczos5")
"""The interpolations of UpSampling2D that answer with values beyond those that came in."""


@dataclass(frozen=True)
class OutputActivation:
    """The activation of a chain's outputs.

    step: the last layer that computes, whose `activation` it is. activation: None where it has none, or where a layer
    behind it undid what it made of the outputs, as the shares of a softmax are lost when another axis becomes the last.
    """

    step: Step
    activation: str | None
    range: ValueRange


def layers_after_outputs(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the layers behind the last one that computes, the last of them first."""
    return tuple(takewhile(_preserves_values, reversed(steps[1:])))


def find_output_activation(steps: Sequence[Step]) -> OutputActivation:
    """Return the activation that the outputs of a chain of steps went through."""
    step = steps[-1]
    layer = step.layer.innermost
    if len(steps) > 1 and _preserves_values(step):
        before = find_output_activation(steps[:-1])
        loses = before.activation in SUM_TO_ONE and not _keeps_shares(step)
        return replace(before, activation=None) if loses else before
    if len(steps) > 1 and isinstance(layer, Rescaling):
        return OutputActivation(step, None, _rescale(find_output_activation(steps[:-1]).range, layer))
    return OutputActivation(step, step.layer.output_activation(len(step.output_shape)), step.layer.output_range)


def _preserves_values(step: Step) -> bool:
    layer = step.layer.innermost
    linear = isinstance(layer, Activation) and layer.activation in (None, "linear")
    overshoots = layer.arguments().get("interpolation") in OVERSHOOTING
    return not step.residual_length and not overshoots and (linear or layer.title() in VALUE_PRESERVING)


def _keeps_shares(step: Step) -> bool:
    """Return whether shares that sum to one along the last axis still do."""
    layer = step.layer.innermost
    if layer.title().startswith(MAX_POOLING):
        return False
    if isinstance(layer, Permute):
        return layer.dims[-1] == len(layer.dims)
    return step.output_shape[-1] == step.input_shape[-1]


def _rescale(values: ValueRange, layer: Rescaling) -> ValueRange:
    # A scale of 0 is left out of the product: 0 times infinity is not a number.
    low, high = sorted(layer.offset + (limit * layer.scale if layer.scale else 0.0) for limit in values)
    return ValueRange(low, high)
