"""Cropping: the ends of a sequence, a frame or a volume are removed."""

from typing import Any

from pydantic import Field, field_validator

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Example, ShapeError
from tdcli.layers.core.edges import Edges, Pairs
from tdcli.layers.core.spatial import DataFormat
from tdcli.shapes import Shape


class Cropping(Edges):
    """Removes positions at the start and at the end of each axis."""

    cropping: Pairs

    @field_validator("cropping", mode="before")
    @classmethod
    def _one_for_each_axis(cls, cropping: Any) -> Any:
        return cls.pairs(cropping)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of Keras's constructor."""
        return {**super().arguments(), "cropping": self.edges_argument(self.cropping)}

    def _output_shape(self, input_shape: Shape) -> Shape:
        return self._cropped(input_shape, None)

    def _cropped(self, input_shape: Shape, data_format: DataFormat) -> Shape:
        """Return the cropped shape. Raises ShapeError if nothing would be left of an axis."""
        shape = self.resized(input_shape, [-before - behind for before, behind in self.cropping], data_format)
        if any(size is not None and size <= 0 for size in shape[1:]):
            cut = format_product(*(before + behind for before, behind in self.cropping))
            needs = f"more than the {cut} positions that `cropping` removes"
            help = "reduce `cropping`, or use a larger input"
            raise ShapeError("size", needs, input_shape, "an axis would have no positions left", help)
        return shape


class Cropping1D(Cropping):
    """Removes the first and last timesteps: `(batch, time, channels)` -> the same axes, shorter.

    >>> Cropping1D(cropping=(2, 1)).output_shape((None, 10, 3))
    (None, 7, 3)
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (Example({}, (None, 10, 3)), Example({"cropping": (2, 0)}, (None, None, 3)))

    cropping: Pairs = Field(1, validate_default=True)


class CroppingInFormat(Cropping):
    """Cropping with a data format."""

    data_format: DataFormat = None

    def _output_shape(self, input_shape: Shape) -> Shape:
        return self._cropped(input_shape, self.data_format)


class Cropping2D(CroppingInFormat):
    """Removes the edges of a frame: `(batch, height, width, channels)` -> the same axes, shorter.

    >>> Cropping2D(cropping=((1, 0), (2, 2))).output_shape((None, 8, 8, 3))
    (None, 7, 4, 3)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({"cropping": 1}, (None, 8, None, 3)),
        Example({"cropping": ((1, 0), (2, 2))}, (None, 8, 8, 3)),
        Example({"cropping": (1, 3), "data_format": "channels_first"}, (None, 3, 8, 8)),
    )

    cropping: Pairs = Field(((0, 0), (0, 0)), validate_default=True)


class Cropping3D(CroppingInFormat):
    """Removes the faces of a volume: `(batch, depth, height, width, channels)` -> the same axes, shorter.

    >>> Cropping3D(cropping=1).output_shape((None, 4, 5, 6, 1))
    (None, 2, 3, 4, 1)
    """

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({}, (None, 4, 5, None, 1)),
        Example({"cropping": (0, 1, 2)}, (None, 4, 5, 6, 1)),
        Example({"cropping": 1, "data_format": "channels_first"}, (None, 1, 4, 5, 6)),
    )

    cropping: Pairs = Field(((1, 1), (1, 1), (1, 1)), validate_default=True)
