"""The base class of padding and cropping: a number of positions at both ends of each axis."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from tdcli.layers.core.base import Layer
from tdcli.layers.core.spatial import DataFormat, from_channels_last, to_channels_last
from tdcli.shapes import Shape
from tdcli.text.section import invalid

Places = Annotated[int, Field(ge=0, lt=2**31)]
Pairs = tuple[tuple[Places, Places], ...]
"""The number of positions at the start and at the end of each axis."""


class Edges(Layer):
    """A layer that changes the length of `rank` axes at their ends."""

    rank: ClassVar[int]

    @classmethod
    def pairs(cls, value: Any) -> Any:
        """Read one number for all ends, or one number or pair for each axis. A single axis may have a plain pair.

        Raises a `wrong-value` diagnostic for another number of values.
        """
        if _is_whole_number(value):
            return ((value, value),) * cls.rank
        if cls.rank == 1 and isinstance(value, tuple) and len(value) == 2 and all(map(_is_whole_number, value)):
            return (value,)
        if not isinstance(value, tuple) or len(value) != cls.rank:
            wanted = "a number or a pair" if cls.rank == 1 else f"a number, {cls.rank} numbers or {cls.rank} pairs"
            raise invalid("wrong-value", f"this must be {wanted}, such as `1` or `[1, 2]`")
        return tuple((each, each) if _is_whole_number(each) else each for each in value)

    def resized(self, input_shape: Shape, changes: list[int], data_format: DataFormat) -> Shape:
        """Return the shape with each length changed by a number."""
        batch, *lengths, channels = to_channels_last(input_shape, data_format)
        sizes = (None if length is None else length + by for length, by in zip(lengths, changes, strict=True))
        return from_channels_last((batch, *sizes, channels), data_format)

    def edges_argument(self, edges: Pairs) -> Any:
        """Return the argument of Keras's constructor, which is a plain pair for a single axis."""
        return edges[0] if self.rank == 1 else edges


def _is_whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
