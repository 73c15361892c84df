"""What the global poolings have in common: one number for each channel."""

from typing import ClassVar

from tdcli.layers.core.base import Layer
from tdcli.layers.core.spatial import DataFormat, channels_last, in_format
from tdcli.shapes import Shape


class GlobalPooling(Layer):
    """All places of `rank` axes together: `(batch, *lengths, channels)` -> `(batch, channels)`.

    With `keepdims` the axes stay, of size 1.
    """

    rank: ClassVar[int]

    data_format: DataFormat = None
    keepdims: bool = False

    def over_time(self, input_shape: Shape) -> str:
        """Say what one vector stands for."""
        return f"one vector stands for {'all timesteps' if self.rank == 1 else 'the whole frame'}: the axis is gone"

    def _output_shape(self, input_shape: Shape) -> Shape:
        batch, *lengths, channels = channels_last(input_shape, self.data_format)
        ones = [1 for _ in lengths] if self.keepdims else []
        return in_format((batch, *ones, channels), self.data_format)
