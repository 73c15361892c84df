"""What padding and cropping have in common: a number of places at either end of each axis."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from tdcli.layers.core.base import Layer
from tdcli.layers.core.spatial import DataFormat, from_channels_last, to_channels_last
from tdcli.shapes import Shape
from tdcli.text.section import invalid

Places = Annotated[int, Field(ge=0, lt=2**31)]
Pairs = tuple[tuple[Places, Places], ...]
"""A number of places at the start and at the end of each axis."""


class Edges(Layer):
    """A layer that changes the length of `rank` axes at their ends."""

    rank: ClassVar[int]

    @classmethod
    def pairs(cls, value: Any) -> Any:
        """Read one number for all ends, one for each axis, or a pair for each; for a single axis a pair.

        Raises a `wrong-value` diagnostic for another number of them.
        """
        if _is_whole_number(value):
            return ((value, value),) * cls.rank
        if cls.rank == 1 and isinstance(value, tuple) and len(value) == 2 and all(map(_is_whole_number, value)):
            return (value,)
        if not isinstance(value, tuple) or len(value) != cls.rank:
            wanted = "a number or a pair" if cls.rank == 1 else f"a number, {cls.rank} numbers or {cls.rank} pairs"
            raise invalid("wrong-value", f"write {wanted} here, as `1` or `[1, 2]`")
        return tuple((each, each) if _is_whole_number(each) else each for each in value)

    def resized(self, input_shape: Shape, changes: list[int], data_format: DataFormat) -> Shape:
        """Return the shape with each axis longer by its change."""
        batch, *lengths, channels = to_channels_last(input_shape, data_format)
        sizes = (None if length is None else length + by for length, by in zip(lengths, changes, strict=True))
        return from_channels_last((batch, *sizes, channels), data_format)

    def edges_argument(self, edges: Pairs) -> Any:
        """Return what Keras's constructor takes: for a single axis the pair alone."""
        return edges[0] if self.rank == 1 else edges


def _is_whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
