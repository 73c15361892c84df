"""Find the activation and the range of a chain's outputs."""

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
"""Layers whose outputs, except during training, are values of their inputs or means of them."""

MAX_POOLING = ("MaxPooling", "GlobalMaxPooling")
"""Prefixes of the layers that take a maximum. The maxima of probabilities sum to more than one."""

OVERSHOOTING = ("bicubic", "lanczos3", "lanczos5")
"""The interpolations of UpSampling2D whose outputs exceed the range of their inputs."""


@dataclass(frozen=True)
class OutputActivation:
    """The activation of a chain's outputs.

    step: the last layer that computes new values. activation: its activation; None if it has none, or if a later layer
    undoes the effect, as when another axis becomes the last one after a softmax.
    """

    step: Step
    activation: str | None
    range: ValueRange


def layers_after_outputs(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the layers after the last one that computes new values, in reverse order."""
    return tuple(takewhile(_preserves_values, reversed(steps[1:])))


def find_output_activation(steps: Sequence[Step]) -> OutputActivation:
    """Return the activation of the outputs of a chain of steps."""
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
    """Return whether probabilities that sum to one along the last axis still do after a step."""
    layer = step.layer.innermost
    if layer.title().startswith(MAX_POOLING):
        return False
    if isinstance(layer, Permute):
        return layer.dims[-1] == len(layer.dims)
    return step.output_shape[-1] == step.input_shape[-1]


def _rescale(values: ValueRange, layer: Rescaling) -> ValueRange:
    # A scale of 0 is not multiplied, because 0 times infinity is not a number.
    low, high = sorted(layer.offset + (limit * layer.scale if layer.scale else 0.0) for limit in values)
    return ValueRange(low, high)
