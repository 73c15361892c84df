"""Softmax as a layer of its own."""

from typing import Annotated

from pydantic import Field

from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.layers.core.normalization import resolve_axes, resolve_axis
from tdcli.layers.core.objects import AxisNumbers
from tdcli.layers.core.ranges import UNIT_INTERVAL, ValueRange
from tdcli.shapes import Shape


class Softmax(Layer):
    """Turns values into probabilities that sum to 1 along `axis`: `(batch, ...)` -> the same shape.

    The layer does not accept a mask of timesteps, because Keras would apply it to `axis`.

    >>> Softmax().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    reads_mask = True
    examples = (
        Example({}, (None, None, 8)),
        Example({"axis": 1}, (None, 5, 8)),
        Example({"axis": (1, 2)}, (None, 5, 8)),
    )

    axis: Annotated[AxisNumbers, Field(min_length=1)] = (-1,)

    @property
    def has_softmax(self) -> bool:
        """Whether the output is a softmax: always."""
        return True

    @property
    def output_range(self) -> ValueRange:
        """Between 0 and 1."""
        return UNIT_INTERVAL

    def output_activation(self, rank: int) -> str | None:
        """Return `softmax` if the outputs sum to 1 along the last axis, else None."""
        return "softmax" if self.axis in ((-1,), (rank - 1,)) else None

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Raise ShapeError for a mask. Keras 3.15 broadcasts the mask of timesteps over the probabilities, or fails."""
        if masked:
            why = "Keras applies the mask to the wrong axis, or fails"
            is_last = [resolve_axis(axis, input_shape) for axis in self.axis] == [len(input_shape) - 1]
            help = "write `Activation: {activation: softmax}` instead" if is_last else ""
            raise ShapeError("mask", "", input_shape, why, help)
        return False

    def _output_shape(self, input_shape: Shape) -> Shape:
        resolve_axes(self.axis, input_shape)
        return input_shape
