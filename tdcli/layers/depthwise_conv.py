"""Depthwise convolutions: each channel has its own kernels."""

from collections.abc import Mapping
from math import prod

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Example, Parameters
from tdcli.layers.core.fields import ActivationName, Constraint, Initializer, Regularizer, Size
from tdcli.layers.core.windows import SlidingKernel
from tdcli.shapes import Shape


class DepthwiseConv(SlidingKernel):
    """`depth_multiplier` kernels for each channel: `(batch, *lengths, channels)` -> `(batch, *positions, outputs)`.

    The number of outputs is `channels x depth_multiplier`.

    Parameters: `(kernel sizes + 1) x channels x depth_multiplier` (Keras, `BaseDepthwiseConv.build`).
    """

    casts_inputs = False

    depth_multiplier: Size = 1
    activation: ActivationName | None = None
    use_bias: bool = True
    depthwise_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    depthwise_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    depthwise_constraint: Constraint = None
    bias_constraint: Constraint = None

    @property
    def applied_activation(self) -> str | None:
        """The activation that the layer applies."""
        return self.activation

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the number of axes: those of the window, channels and outputs of each channel."""
        return {"depthwise": (self.rank + 2,), "bias": (1,)}

    def _output_shape(self, input_shape: Shape) -> Shape:
        return self.places(input_shape, self.channels(input_shape) * self.depth_multiplier)

    def _parameters(self, input_shape: Shape) -> Parameters:
        outputs = (self.channels(input_shape), self.depth_multiplier)
        window = format_product(*self.kernel_size)
        kernel = f"({window} + 1)" if self.use_bias else window
        total = (prod(self.kernel_size) + self.use_bias) * prod(outputs)
        return Parameters(total, 0, f"{kernel} x {format_product(*outputs)}")


class DepthwiseConv1D(DepthwiseConv):
    """A separate convolution along time for each channel: `(batch, time, channels)` -> `(batch, positions, outputs)`.

    >>> DepthwiseConv1D(kernel_size=3).parameters((None, 20, 4)).formula
    '(3 + 1) x 4 x 1'
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({"kernel_size": 3}, (None, 20, 4)),
        Example({"kernel_size": 3, "depth_multiplier": 2, "padding": "same", "strides": 2}, (None, None, 4)),
        Example({"kernel_size": 2, "use_bias": False, "dilation_rate": 2}, (None, 9, 3)),
    )


class DepthwiseConv2D(DepthwiseConv):
    """A separate convolution over a frame for each channel.

    `(batch, height, width, channels)` -> `(batch, rows, columns, outputs)`.

    >>> DepthwiseConv2D(kernel_size=3).output_shape((None, 8, 8, 4))
    (None, 6, 6, 4)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({"kernel_size": 3}, (None, 8, None, 4)),
        Example({"kernel_size": (3, 2), "depth_multiplier": 2, "padding": "same", "strides": 2}, (None, 9, 7, 2)),
        Example({"kernel_size": 3, "dilation_rate": 2, "use_bias": False}, (None, 12, 12, 2)),
    )
