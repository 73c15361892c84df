"""The base classes of global pooling: one value for each channel."""

from typing import ClassVar

from tdcli.layers.core.base import Example, Layer
from tdcli.layers.core.spatial import DataFormat, from_channels_last, to_channels_last
from tdcli.shapes import Shape


class GlobalPooling(Layer):
    """Pooling over all positions of `rank` axes: `(batch, *lengths, channels)` -> `(batch, channels)`.

    With `keepdims`, the axes are kept with size 1.
    """

    rank: ClassVar[int]

    data_format: DataFormat = None
    keepdims: bool = False

    def over_time(self, input_shape: Shape) -> str:
        """Describe what is reduced to one vector."""
        return f"reduces {'all timesteps' if self.rank == 1 else 'the whole frame'} to one vector"

    def _output_shape(self, input_shape: Shape) -> Shape:
        batch, *lengths, channels = to_channels_last(input_shape, self.data_format)
        ones = [1 for _ in lengths] if self.keepdims else []
        return from_channels_last((batch, *ones, channels), self.data_format)


class GlobalPooling1D(GlobalPooling):
    """One vector for a sequence: `(batch, time, channels)` -> `(batch, channels)`."""

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({}, (None, None, 4)),
        Example({"keepdims": True}, (None, 7, 4)),
        Example({"data_format": "channels_first"}, (None, 4, 7)),
        Example({"data_format": "channels_first", "keepdims": True}, (None, 4, 7)),
    )


class GlobalPooling2D(GlobalPooling):
    """One vector for a frame: `(batch, height, width, channels)` -> `(batch, channels)`."""

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({}, (None, 5, 6, 4)),
        Example({"keepdims": True}, (None, None, 6, 4)),
        Example({"data_format": "channels_first"}, (None, 4, 5, 6)),
        Example({"data_format": "channels_first", "keepdims": True}, (None, 4, 5, 6)),
    )


class GlobalPooling3D(GlobalPooling):
    """One vector for a volume: `(batch, depth, height, width, channels)` -> `(batch, channels)`."""

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({}, (None, 3, 4, 5, 2)),
        Example({"keepdims": True}, (None, 3, None, 5, 2)),
        Example({"data_format": "channels_first"}, (None, 2, 3, 4, 5)),
        Example({"data_format": "channels_first", "keepdims": True}, (None, 2, 3, 4, 5)),
    )
