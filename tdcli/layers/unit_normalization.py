"""Normalization to vectors of length 1."""

from typing import Annotated

from pydantic import Field

from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.layers.core.normalization import TIME_AXIS, resolve_axes, resolve_axis
from tdcli.layers.core.objects import AxisNumbers
from tdcli.layers.core.ranges import SYMMETRIC_UNIT, ValueRange
from tdcli.shapes import Shape


class UnitNormalization(Layer):
    """Divides by the Euclidean norm over the axes in `axis`: `(batch, ...)` -> the same shape.

    >>> UnitNormalization().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (
        Example({}, (None, None, 8)),
        Example({"axis": (1, 2)}, (None, 5, 8)),
        Example({"axis": 1}, (None, 5, 8)),
    )

    axis: Annotated[AxisNumbers, Field(min_length=1)] = (-1,)

    @property
    def output_range(self) -> ValueRange:
        """Between -1 and 1."""
        return SYMMETRIC_UNIT

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on. Raises ShapeError if a norm would include padded timesteps."""
        if masked and TIME_AXIS in {resolve_axis(axis, input_shape) for axis in self.axis}:
            raise ShapeError("mask", "", input_shape)
        return masked

    def _output_shape(self, input_shape: Shape) -> Shape:
        resolve_axes(self.axis, input_shape)
        return input_shape
