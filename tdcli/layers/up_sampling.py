"""Upsampling: positions are repeated or interpolated."""

from typing import ClassVar, Literal

from pydantic import Field, field_validator

from tdcli.layers.core.base import Example, Layer
from tdcli.layers.core.fields import Size, SpatialSizes
from tdcli.layers.core.spatial import DataFormat, from_channels_last, one_per_axis, to_channels_last
from tdcli.shapes import Shape


class UpSampling1D(Layer):
    """Repeats each timestep `size` times: `(batch, time, channels)` -> `(batch, size x time, channels)`.

    >>> UpSampling1D(size=3).output_shape((None, 4, 2))
    (None, 12, 2)
    """

    axes = ("batch", "time", "channels")
    examples = (Example({}, (None, 4, 2)), Example({"size": 3}, (None, None, 2)))

    size: Size = 2

    def _output_shape(self, input_shape: Shape) -> Shape:
        batch, steps, channels = input_shape
        return (batch, None if steps is None else steps * self.size, channels)


class UpSamplingFrames(Layer):
    """Makes each of `rank` axes `size` times longer."""

    rank: ClassVar[int]

    size: SpatialSizes = Field((2,), validate_default=True)
    data_format: DataFormat = None

    @field_validator("size")
    @classmethod
    def _one_for_each_axis(cls, size: tuple[int, ...]) -> tuple[int, ...]:
        return one_per_axis(size, cls.rank)

    def _output_shape(self, input_shape: Shape) -> Shape:
        batch, *lengths, channels = to_channels_last(input_shape, self.data_format)
        sizes = (None if length is None else length * by for length, by in zip(lengths, self.size, strict=True))
        return from_channels_last((batch, *sizes, channels), self.data_format)


class UpSampling2D(UpSamplingFrames):
    """Enlarges a frame: `(batch, height, width, channels)` -> `(batch, rows, columns, channels)`.

    >>> UpSampling2D(size=(2, 3)).output_shape((None, 4, 4, 1))
    (None, 8, 12, 1)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({}, (None, 4, None, 1)),
        Example({"size": (2, 3), "interpolation": "bilinear"}, (None, 4, 4, 1)),
        Example({"size": 2, "data_format": "channels_first"}, (None, 1, 4, 5)),
    )

    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] = "nearest"


class UpSampling3D(UpSamplingFrames):
    """Repeats each position of a volume: `(batch, depth, height, width, channels)` -> the same axes, longer.

    >>> UpSampling3D().output_shape((None, 2, 3, 4, 1))
    (None, 4, 6, 8, 1)
    """

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({}, (None, 2, 3, None, 1)),
        Example({"size": (1, 2, 3), "data_format": "channels_first"}, (None, 1, 2, 3, 4)),
    )
