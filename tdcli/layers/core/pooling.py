"""The base class of max and average pooling: sliding windows that return one value each."""

from typing import ClassVar, Literal

from pydantic import field_validator

from tdcli.layers.core.arithmetic import format_product, window_length
from tdcli.layers.core.base import Layer
from tdcli.layers.core.fields import SpatialSizes
from tdcli.layers.core.spatial import DataFormat, check_places, from_channels_last, one_per_axis, to_channels_last
from tdcli.shapes import Shape


class Pooling(Layer):
    """A window that slides over `rank` axes: `(batch, *lengths, channels)` -> `(batch, *positions, channels)`.

    Without `strides`, the windows do not overlap.
    """

    rank: ClassVar[int]
    window_argument: ClassVar[str] = "pool_size"

    pool_size: SpatialSizes
    strides: SpatialSizes | None = None
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None

    @property
    def window(self) -> tuple[int, ...]:
        """The sizes of the window."""
        return self.pool_size

    @field_validator("pool_size", "strides")
    @classmethod
    def _one_for_each_axis(cls, sizes: tuple[int, ...] | None) -> tuple[int, ...] | None:
        return None if sizes is None else one_per_axis(sizes, cls.rank)

    def over_time(self, input_shape: Shape) -> str:
        """Describe what the window slides along."""
        window = format_product(*self.pool_size)
        if self.rank > 1:
            return f"slides a window of {window} over a frame and returns one value per window"
        return f"slides a window of {window} timesteps along the time axis and returns one timestep per window"

    def _output_shape(self, input_shape: Shape) -> Shape:
        batch, *lengths, channels = to_channels_last(input_shape, self.data_format)
        windows = zip(lengths, self.pool_size, self.strides or self.pool_size, strict=True)
        places = (window_length(length, size, stride, self.padding) for length, size, stride in windows)
        sizes = check_places(places, input_shape, self.pool_size)
        return from_channels_last((batch, *sizes, channels), self.data_format)
