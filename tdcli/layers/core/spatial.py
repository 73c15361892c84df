"""Shapes of layers with sliding windows over spatial axes, in both data formats."""

from collections.abc import Iterable
from typing import Literal

from tdcli.layers.core.base import WindowTooLong
from tdcli.shapes import Shape
from tdcli.text.section import invalid

DataFormat = Literal["channels_last", "channels_first"] | None


def to_channels_last(shape: Shape, data_format: DataFormat) -> Shape:
    """Return `(batch, *lengths, channels)` for a shape in `data_format`.

    >>> to_channels_last((None, 3, 32, 32), "channels_first")
    (None, 32, 32, 3)
    """
    return (shape[0], *shape[2:], shape[1]) if data_format == "channels_first" else shape


def from_channels_last(shape: Shape, data_format: DataFormat) -> Shape:
    """Return the shape `(batch, *lengths, channels)` in `data_format`."""
    return (shape[0], shape[-1], *shape[1:-1]) if data_format == "channels_first" else shape


def check_places(places: Iterable[int | None], input_shape: Shape, sizes: tuple[int, ...]) -> tuple[int | None, ...]:
    """Return the numbers of positions. Raises ShapeError if a window does not fit."""
    found = tuple(places)
    if any(count is not None and count <= 0 for count in found):
        raise WindowTooLong(sizes, input_shape)
    return found


def one_per_axis(sizes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return one size for each of `rank` axes. Raises a `wrong-value` diagnostic for another number of sizes.

    >>> one_per_axis((3,), 2)
    (3, 3)
    """
    if len(sizes) == 1:
        return sizes * rank
    if len(sizes) != rank:
        raise invalid("wrong-value", f"this must be one size or {rank} sizes, got {len(sizes)}")
    return sizes
