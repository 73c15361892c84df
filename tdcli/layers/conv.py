"""Convolutions over one, two or three axes."""

from collections.abc import Mapping
from math import prod
from typing import Literal, Self

from pydantic import model_validator

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Example, Parameters, ShapeError
from tdcli.layers.core.fields import Initializer, Regularizer, Size
from tdcli.layers.core.kernel import Kernel
from tdcli.layers.core.windows import SlidingKernel
from tdcli.shapes import Shape
from tdcli.text.section import invalid


class Conv(SlidingKernel, Kernel):
    """A kernel that slides over `rank` axes: `(batch, *lengths, channels)` -> `(batch, *positions, filters)`.

    Parameters: `(kernel sizes x channels / groups + 1) x filters` (Keras, `BaseConv.build`).
    """

    casts_inputs = False

    filters: Size
    groups: Size = 1
    kernel_initializer: Initializer = "glorot_uniform"
    kernel_regularizer: Regularizer = None

    @model_validator(mode="after")
    def _whole_groups(self) -> Self:
        if self.filters % self.groups:
            raise invalid("wrong-value", f"`filters` ({self.filters}) must be a multiple of `groups` ({self.groups})")
        return self

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the number of axes: those of the window, channels and filters."""
        return {"kernel": (self.rank + 2,), "bias": (1,)}

    def _output_shape(self, input_shape: Shape) -> Shape:
        self._grouped(input_shape)
        return self.places(input_shape, self.filters)

    def _parameters(self, input_shape: Shape) -> Parameters:
        sizes = (*self.kernel_size, self._grouped(input_shape))
        inputs = f"({format_product(*sizes)} + 1)" if self.use_bias else format_product(*sizes)
        return Parameters((prod(sizes) + self.use_bias) * self.filters, 0, f"{inputs} x {self.filters}")

    def _grouped(self, input_shape: Shape) -> int:
        channels = self.channels(input_shape)
        if channels % self.groups:
            needs = f"a number of channels divisible by `groups: {self.groups}`"
            why = "the channels are divided equally among the groups"
            raise ShapeError("size", needs, input_shape, why, "choose `groups` so that it divides the channels")
        return channels // self.groups


class Conv1D(Conv):
    """A convolution along the time axis: `(batch, time, channels)` -> `(batch, positions, filters)`.

    >>> Conv1D(filters=32, kernel_size=3).output_shape((None, 20, 1))
    (None, 18, 32)
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({"filters": 32, "kernel_size": 3, "activation": "relu"}, (None, 20, 1)),
        Example({"filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, (None, None, 3)),
        Example({"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "groups": 2}, (None, 9, 6)),
        Example({"filters": 4, "kernel_size": 2, "data_format": "channels_first", "use_bias": False}, (None, 3, 9)),
        Example({"filters": 4, "kernel_size": 2, "data_format": "channels_first", "padding": "causal"}, (None, 3, 9)),
    )

    padding: Literal["valid", "same", "causal"] = "valid"  # type: ignore[assignment]


class Conv2D(Conv):
    """A convolution over a frame: `(batch, height, width, channels)` -> `(batch, rows, columns, filters)`.

    >>> Conv2D(filters=32, kernel_size=3).parameters((None, 32, 32, 3)).total
    896
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({"filters": 32, "kernel_size": 3}, (None, 32, 32, 3)),
        Example({"filters": 4, "kernel_size": (3, 2), "strides": (2, 1), "padding": "same"}, (None, 9, 7, 2)),
        Example({"filters": 4, "kernel_size": 3, "dilation_rate": 2, "groups": 2}, (None, None, 12, 4)),
    )


class Conv3D(Conv):
    """A convolution over a volume: `(batch, depth, height, width, channels)` -> `(batch, ..., filters)`.

    >>> Conv3D(filters=2, kernel_size=3).output_shape((None, 8, 8, 8, 1))
    (None, 6, 6, 6, 2)
    """

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({"filters": 2, "kernel_size": 3}, (None, 8, 8, 8, 1)),
        Example({"filters": 2, "kernel_size": (1, 2, 3), "padding": "same", "strides": 2}, (None, 8, 7, None, 2)),
    )
