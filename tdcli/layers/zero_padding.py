"""Zero padding around a sequence, a frame or a volume."""

from typing import Any

from pydantic import Field, field_validator

from tdcli.layers.core.base import Example
from tdcli.layers.core.edges import Edges, Pairs
from tdcli.layers.core.spatial import DataFormat
from tdcli.shapes import Shape


class ZeroPadding(Edges):
    """Adds zeros at the start and at the end of each axis."""

    padding: Pairs
    data_format: DataFormat = None

    @field_validator("padding", mode="before")
    @classmethod
    def _one_for_each_axis(cls, padding: Any) -> Any:
        return cls.pairs(padding)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of Keras's constructor."""
        return {**super().arguments(), "padding": self.edges_argument(self.padding)}

    def _output_shape(self, input_shape: Shape) -> Shape:
        return self.resized(input_shape, [before + behind for before, behind in self.padding], self.data_format)


class ZeroPadding1D(ZeroPadding):
    """Adds zeros before the first and after the last timestep: `(batch, time, channels)` -> the same axes, longer.

    >>> ZeroPadding1D(padding=(2, 0)).output_shape((None, 10, 3))
    (None, 12, 3)
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({}, (None, 10, 3)),
        Example({"padding": (2, 0)}, (None, None, 3)),
        Example({"padding": 2, "data_format": "channels_first"}, (None, 3, 10)),
    )

    padding: Pairs = Field(1, validate_default=True)


class ZeroPadding2D(ZeroPadding):
    """Adds zeros around a frame: `(batch, height, width, channels)` -> the same axes, longer.

    >>> ZeroPadding2D(padding=(1, 2)).output_shape((None, 8, 8, 3))
    (None, 10, 12, 3)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({}, (None, 8, None, 3)),
        Example({"padding": (1, 2)}, (None, 8, 8, 3)),
        Example({"padding": ((1, 0), (0, 3)), "data_format": "channels_first"}, (None, 3, 8, 8)),
    )

    padding: Pairs = Field(1, validate_default=True)


class ZeroPadding3D(ZeroPadding):
    """Adds zeros around a volume: `(batch, depth, height, width, channels)` -> the same axes, longer.

    >>> ZeroPadding3D(padding=1).output_shape((None, 4, 5, 6, 1))
    (None, 6, 7, 8, 1)
    """

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({}, (None, 4, 5, None, 1)),
        Example({"padding": (1, 0, 2)}, (None, 4, 5, 6, 1)),
        Example({"padding": ((1, 0), (0, 3), (1, 1)), "data_format": "channels_first"}, (None, 1, 4, 5, 6)),
    )

    padding: Pairs = Field(((1, 1), (1, 1), (1, 1)), validate_default=True)
