"""Convolutional LSTMs: long short-term memory whose state is a frame and whose products are convolutions."""

from collections.abc import Mapping
from math import prod

from tdcli.layers.core.arithmetic import format_product, multiply_known, product
from tdcli.layers.core.base import Example, Parameters, known_size
from tdcli.layers.core.fields import ActivationName, Initializer, Regularizer, Size
from tdcli.layers.core.ranges import ValueRange, range_of
from tdcli.layers.core.recurrent import Recurrent
from tdcli.layers.core.windows import SlidingKernel
from tdcli.shapes import Shape

GATES = 4


class ConvLSTM(SlidingKernel, Recurrent):
    """A convolutional LSTM over frames: `(batch, time, *lengths, channels)` -> `(batch, *positions, filters)`.

    With `return_sequences`, the output is `(batch, time, *positions, filters)`.

    Parameters: `4 x ((kernel sizes x channels + 1) x filters + kernel sizes x filters x filters)`: four gates,
    each with a kernel over the frame, a bias and a kernel over the state (Keras, `ConvLSTMCell.build`).
    """

    holds_layers = True

    filters: Size
    recurrent_activation: ActivationName | None = "sigmoid"
    unit_forget_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None

    @property
    def gate_range(self) -> ValueRange:
        """The range of the gates' activation."""
        return range_of(self.recurrent_activation)

    def over_time(self, input_shape: Shape) -> str:
        """Describe the layer like any recurrent layer, with a frame as its state."""
        return f"{Recurrent.over_time(self, input_shape)}; the state is a frame"

    def applications(self, input_shape: Shape) -> int | None:
        """Return the number of positions of a frame at all timesteps."""
        return multiply_known(input_shape[1], self._places(input_shape))

    def activation_count(self, input_shape: Shape) -> int | None:
        """Return the activations of all timesteps: four gates, the state and the output."""
        return multiply_known(self.applications(input_shape), self.filters * (GATES + 2))

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the number of axes: those of the window, channels and filters."""
        return {"kernel": (self.rank + 2,), "recurrent": (self.rank + 2,), "bias": (1,)}

    def _places(self, input_shape: Shape) -> int | None:
        return product(self.places((input_shape[0], *input_shape[2:]), 1)[1:])

    def _output_shape(self, input_shape: Shape) -> Shape:
        frame = (input_shape[0], *input_shape[2:])
        self.channels(frame)
        for axis in range(2, len(input_shape)):
            known_size(input_shape, axis, "a known frame size")
        batch, *place = self.places(frame, self.filters)
        return (batch, *(input_shape[1:2] if self.return_sequences else ()), *place)

    def _parameters(self, input_shape: Shape) -> Parameters:
        window, filters = format_product(*self.kernel_size), self.filters
        channels = self.channels((input_shape[0], *input_shape[2:]))
        inputs = f"({window} x {channels} + 1)" if self.use_bias else f"{window} x {channels}"
        formula = f"{GATES} x ({inputs} x {filters} + {window} x {filters} x {filters})"
        size = prod(self.kernel_size)
        return Parameters(GATES * ((size * channels + self.use_bias) * filters + size * filters**2), 0, formula)


class ConvLSTM1D(ConvLSTM):
    """A convolutional LSTM over rows of values: `(batch, time, length, channels)` -> `(batch, positions, filters)`.

    >>> ConvLSTM1D(filters=4, kernel_size=3).output_shape((None, 5, 8, 2))
    (None, 6, 4)
    """

    rank = 1
    axes = ("batch", "time", "length", "channels")
    examples = (
        Example({"filters": 4, "kernel_size": 3}, (None, 5, 8, 2)),
        Example({"filters": 2, "kernel_size": 2, "return_sequences": True, "use_bias": False}, (None, None, 8, 2)),
        Example({"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, (None, 5, 2, 8)),
    )


class ConvLSTM2D(ConvLSTM):
    """A convolutional LSTM over images: `(batch, time, height, width, channels)` -> `(batch, rows, columns, filters)`.

    >>> ConvLSTM2D(filters=4, kernel_size=3).parameters((None, 5, 8, 8, 3)).formula
    '4 x ((3 x 3 x 3 + 1) x 4 + 3 x 3 x 4 x 4)'
    """

    rank = 2
    axes = ("batch", "time", "height", "width", "channels")
    examples = (
        Example({"filters": 4, "kernel_size": 3}, (None, 5, 8, 8, 3)),
        Example({"filters": 2, "kernel_size": (3, 2), "strides": 2, "padding": "same"}, (None, None, 8, 7, 2)),
        Example({"filters": 2, "kernel_size": 2, "dilation_rate": 2, "return_sequences": True}, (None, 3, 8, 8, 2)),
    )


class ConvLSTM3D(ConvLSTM):
    """A convolutional LSTM over volumes: `(batch, time, depth, height, width, channels)` -> `(batch, ..., filters)`.

    >>> ConvLSTM3D(filters=2, kernel_size=3).output_shape((None, 5, 4, 4, 4, 1))
    (None, 2, 2, 2, 2)
    """

    rank = 3
    axes = ("batch", "time", "depth", "height", "width", "channels")
    examples = (
        Example({"filters": 2, "kernel_size": 3}, (None, 3, 4, 4, 4, 1)),
        Example(
            {"filters": 2, "kernel_size": 2, "return_sequences": True, "go_backwards": True}, (None, 2, 3, 3, 3, 1)
        ),
    )
