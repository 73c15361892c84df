"""Vectors of length one."""

from typing import Annotated

from pydantic import Field

from tdcli.layers.core.base import Example, Layer, ShapeFault
from tdcli.layers.core.normalization import TIME, counted, different_axes
from tdcli.layers.core.objects import Axes
from tdcli.shapes import Shape


class UnitNormalization(Layer):
    """Divides by the Euclidean length over the axes `axis`: `(batch, ...)` -> the same shape.

    >>> UnitNormalization().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (
        Example({}, (None, None, 8)),
        Example({"axis": (1, 2)}, (None, 5, 8)),
        Example({"axis": 1}, (None, 5, 8)),
    )

    axis: Annotated[Axes, Field(min_length=1)] = (-1,)

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on. Raises ShapeFault where a length would run over padded steps."""
        if masked and TIME in {counted(axis, input_shape) for axis in self.axis}:
            raise ShapeFault("mask", "", input_shape)
        return masked

    def _output_shape(self, input_shape: Shape) -> Shape:
        different_axes(self.axis, input_shape)
        return input_shape
