"""Separable convolutions: first over each channel, then over all channels at each position."""

from collections.abc import Mapping
from math import prod

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Example, Parameters
from tdcli.layers.core.fields import ActivationName, Constraint, Initializer, Regularizer, Size
from tdcli.layers.core.windows import SlidingKernel
from tdcli.shapes import Shape


class SeparableConv(SlidingKernel):
    """A depthwise convolution, then one of size 1: `(batch, *lengths, channels)` -> `(batch, *positions, filters)`.

    Parameters: `kernel sizes x channels x depth_multiplier` and
    `(channels x depth_multiplier + 1) x filters` (Keras, `BaseSeparableConv.build`).
    """

    casts_inputs = False

    filters: Size
    depth_multiplier: Size = 1
    activation: ActivationName | None = None
    use_bias: bool = True
    depthwise_initializer: Initializer = "glorot_uniform"
    pointwise_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    depthwise_regularizer: Regularizer = None
    pointwise_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    depthwise_constraint: Constraint = None
    pointwise_constraint: Constraint = None
    bias_constraint: Constraint = None

    @property
    def applied_activation(self) -> str | None:
        """The activation that the layer applies."""
        return self.activation

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the number of axes: those of the window, channels and outputs."""
        return {"depthwise": (self.rank + 2,), "pointwise": (self.rank + 2,), "bias": (1,)}

    def _output_shape(self, input_shape: Shape) -> Shape:
        self.channels(input_shape)
        return self.places(input_shape, self.filters)

    def _parameters(self, input_shape: Shape) -> Parameters:
        between = (self.channels(input_shape), self.depth_multiplier)
        depthwise = (*self.kernel_size, *between)
        pointwise = f"({format_product(*between)} + 1)" if self.use_bias else format_product(*between)
        total = prod(depthwise) + (prod(between) + self.use_bias) * self.filters
        return Parameters(total, 0, f"{format_product(*depthwise)} + {pointwise} x {self.filters}")


class SeparableConv1D(SeparableConv):
    """A separable convolution along the time axis: `(batch, time, channels)` -> `(batch, positions, filters)`.

    >>> SeparableConv1D(filters=8, kernel_size=3).parameters((None, 20, 4)).formula
    '3 x 4 x 1 + (4 x 1 + 1) x 8'
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({"filters": 8, "kernel_size": 3}, (None, 20, 4)),
        Example({"filters": 2, "kernel_size": 3, "depth_multiplier": 2, "padding": "same"}, (None, None, 4)),
        Example({"filters": 2, "kernel_size": 2, "use_bias": False, "strides": 2}, (None, 9, 3)),
    )


class SeparableConv2D(SeparableConv):
    """A separable convolution over a frame: `(batch, height, width, channels)` -> `(batch, ..., filters)`.

    >>> SeparableConv2D(filters=8, kernel_size=3).output_shape((None, 8, 8, 4))
    (None, 6, 6, 8)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({"filters": 8, "kernel_size": 3}, (None, 8, None, 4)),
        Example({"filters": 2, "kernel_size": (3, 2), "depth_multiplier": 2, "strides": 2}, (None, 9, 7, 2)),
        Example({"filters": 2, "kernel_size": 3, "dilation_rate": 2, "use_bias": False}, (None, 12, 12, 2)),
    )
