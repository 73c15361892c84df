"""Transposed convolutions: each position is expanded to a window."""

from collections.abc import Mapping
from math import prod
from typing import Annotated, Self

from pydantic import BeforeValidator, NonNegativeInt, field_validator, model_validator

from tdcli.layers.core.arithmetic import format_product, product
from tdcli.layers.core.base import Example, Parameters
from tdcli.layers.core.fields import Initializer, Regularizer, Size
from tdcli.layers.core.kernel import Kernel
from tdcli.layers.core.objects import as_tuple
from tdcli.layers.core.spatial import check_places, from_channels_last, one_per_axis, to_channels_last
from tdcli.layers.core.windows import SlidingKernel
from tdcli.shapes import Shape
from tdcli.text.section import invalid


def transposed_length(length: int | None, size: int, stride: int, padding: str, extra: int | None) -> int | None:
    """Return the output length of an axis. `size` is the length of the dilated kernel, `extra` the output padding.

    `valid`: `(length - 1) * stride + max(size, stride)`; `same`: `length * stride`. With output padding:
    `(length - 1) * stride + size + extra` or `(length - 1) * stride + size % 2 + extra`
    (`keras/src/backend/common/backend_utils.py`).

    >>> transposed_length(8, 3, 2, "valid", None)
    17
    >>> transposed_length(8, 3, 2, "same", None), transposed_length(8, 3, 2, "same", 1)
    (16, 16)
    """
    if length is None:
        return None
    if padding == "valid":
        return (length - 1) * stride + (max(size, stride) if extra is None else size + extra)
    return length * stride if extra is None else (length - 1) * stride + size % 2 + extra


class ConvTranspose(SlidingKernel, Kernel):
    """A transposed convolution: `(batch, *positions, channels)` -> `(batch, *lengths, filters)`.

    Parameters: `(kernel sizes x channels) x filters`, and a bias for each filter (Keras, `BaseConvTranspose.build`).
    """

    casts_inputs = False

    filters: Size
    output_padding: Annotated[tuple[NonNegativeInt, ...] | None, BeforeValidator(as_tuple)] = None
    kernel_initializer: Initializer = "glorot_uniform"
    kernel_regularizer: Regularizer = None

    @field_validator("output_padding")
    @classmethod
    def _one_for_each_axis_too(cls, sizes: tuple[int, ...] | None) -> tuple[int, ...] | None:
        return None if sizes is None else one_per_axis(sizes, cls.rank)

    @model_validator(mode="after")
    def _padding_under_strides(self) -> Self:
        if any(extra >= stride for extra, stride in zip(self.output_padding or (), self.strides, strict=False)):
            raise invalid("wrong-value", "`output_padding` must be less than `strides`", "remove `output_padding`")
        return self

    def over_time(self, input_shape: Shape) -> str:
        """Describe how each position is expanded."""
        window = format_product(*self.kernel_size)
        place = "timestep" if self.rank == 1 else "position"
        return f"expands each {place} to a window of {window}; overlapping windows are added"

    def applications(self, input_shape: Shape) -> int | None:
        """Return the number of positions of the input."""
        return product(to_channels_last(input_shape, self.data_format)[1:-1])

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the number of axes: those of the window, channels and filters."""
        return {"kernel": (self.rank + 2,), "bias": (1,)}

    def _output_shape(self, input_shape: Shape) -> Shape:
        self.channels(input_shape)
        batch, *lengths, _ = to_channels_last(input_shape, self.data_format)
        sizes = [(size - 1) * step + 1 for size, step in zip(self.kernel_size, self.dilation_rate, strict=True)]
        extras = self.output_padding or (None,) * self.rank
        axes = zip(lengths, sizes, self.strides, extras, strict=True)
        longer = (transposed_length(length, size, stride, self.padding, extra) for length, size, stride, extra in axes)
        outputs = check_places(longer, input_shape, self.kernel_size)
        return from_channels_last((batch, *outputs, self.filters), self.data_format)

    def _parameters(self, input_shape: Shape) -> Parameters:
        sizes = (*self.kernel_size, self.channels(input_shape))
        inputs = f"({format_product(*sizes)} + 1)" if self.use_bias else format_product(*sizes)
        return Parameters((prod(sizes) + self.use_bias) * self.filters, 0, f"{inputs} x {self.filters}")


class Conv1DTranspose(ConvTranspose):
    """A transposed convolution that lengthens a sequence: `(batch, time, channels)` -> `(batch, longer, filters)`.

    >>> Conv1DTranspose(filters=4, kernel_size=3, strides=2).output_shape((None, 8, 2))
    (None, 17, 4)
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({"filters": 4, "kernel_size": 3, "strides": 2}, (None, 8, 2)),
        Example({"filters": 2, "kernel_size": 3, "padding": "same", "strides": 3}, (None, None, 2)),
        Example({"filters": 2, "kernel_size": 2, "dilation_rate": 2, "use_bias": False}, (None, 8, 2)),
    )


class Conv2DTranspose(ConvTranspose):
    """A transposed convolution that enlarges a frame.

    `(batch, height, width, channels)` -> `(batch, rows, columns, filters)`.

    >>> Conv2DTranspose(filters=4, kernel_size=3, strides=2, padding="same").output_shape((None, 8, 8, 2))
    (None, 16, 16, 4)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}, (None, 8, None, 2)),
        Example({"filters": 2, "kernel_size": (3, 2), "strides": (2, 3), "output_padding": 1}, (None, 4, 4, 2)),
        Example(
            {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 0, "padding": "same"}, (None, 4, 5, 1)
        ),
        Example({"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, (None, 2, 4, 5)),
    )


class Conv3DTranspose(ConvTranspose):
    """A transposed convolution that enlarges a volume.

    `(batch, depth, height, width, channels)` -> `(batch, slices, rows, columns, filters)`.

    >>> Conv3DTranspose(filters=2, kernel_size=2, strides=2).output_shape((None, 2, 3, 4, 1))
    (None, 4, 6, 8, 2)
    """

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({"filters": 2, "kernel_size": 2, "strides": 2}, (None, 2, 3, 4, 1)),
        Example({"filters": 2, "kernel_size": (1, 2, 3), "padding": "same"}, (None, 2, 3, 4, 1)),
    )
