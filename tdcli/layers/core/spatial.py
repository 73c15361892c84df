"""Shapes of layers that slide windows over spatial axes, in either data format."""

from collections.abc import Iterable
from typing import Literal

from tdcli.layers.core.base import ShapeFault
from tdcli.shapes import Shape
from tdcli.text.section import fault

DataFormat = Literal["channels_last", "channels_first"] | None


def channels_last(shape: Shape, data_format: DataFormat) -> Shape:
    """Return `(batch, *lengths, channels)` for a shape written in `data_format`.

    >>> channels_last((None, 3, 32, 32), "channels_first")
    (None, 32, 32, 3)
    """
    return (shape[0], *shape[2:], shape[1]) if data_format == "channels_first" else shape


def in_format(shape: Shape, data_format: DataFormat) -> Shape:
    """Return a `(batch, *lengths, channels)` shape as `data_format` writes it."""
    return (shape[0], shape[-1], *shape[1:-1]) if data_format == "channels_first" else shape


def fitting(places: Iterable[int | None], input_shape: Shape, sizes: tuple[int, ...]) -> tuple[int | None, ...]:
    """Return the numbers of places. Raises ShapeFault where a window does not fit once."""
    found = tuple(places)
    if any(count is not None and count <= 0 for count in found):
        window = " x ".join(str(size) for size in sizes)
        why = "the axis is shorter than the window that walks along it"
        help = "use smaller windows or strides, fewer poolings, `padding: same`, or a larger input"
        raise ShapeFault("size", f"room for a window of {window}", input_shape, why, help)
    return found


def spread(sizes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return one size for each of `rank` axes. Raises a `wrong-value` fault for another number of sizes.

    >>> spread((3,), 2)
    (3, 3)
    """
    if len(sizes) == 1:
        return sizes * rank
    if len(sizes) != rank:
        raise fault("wrong-value", f"one size or {rank} sizes are needed here, got {len(sizes)}")
    return sizes
