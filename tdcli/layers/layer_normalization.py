"""Layer normalization."""

from collections.abc import Mapping
from math import prod
from typing import Annotated

from pydantic import Field

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Example, Parameters, ShapeError
from tdcli.layers.core.normalization import TIME_AXIS, LearnedNormalization, normalized_size, resolve_axes
from tdcli.layers.core.objects import AxisNumbers
from tdcli.shapes import Shape


class LayerNormalization(LearnedNormalization):
    """Normalizes each sample, and by default each timestep, over the axes in `axis`.

    `(batch, ..., features)` -> the same shape.

    Parameters: `2 x size of the axes`: `gamma` and `beta` (Keras, `LayerNormalization.build`).

    >>> LayerNormalization().parameters((None, 10, 64)).formula
    '2 x 64'
    """

    examples = (
        Example({}, (None, None, 64)),
        Example({"axis": (1, 2), "center": False}, (None, 5, 8)),
        Example({"axis": (-1, 1)}, (None, 5, 6, 8)),
        Example({"center": False, "scale": False, "axis": 1}, (None, None, 8)),
    )

    axis: Annotated[AxisNumbers, Field(min_length=1)] = (-1,)

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return one axis for each axis that is normalized."""
        return {"beta": (len(self.axis),), "gamma": (len(self.axis),)}

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on. Raises ShapeError if a mean would include padded timesteps."""
        if masked and TIME_AXIS in self._axes(input_shape):
            raise ShapeError("mask", "", input_shape)
        return masked

    def _output_shape(self, input_shape: Shape) -> Shape:
        self._axes(input_shape)
        self._parameters(input_shape)
        return input_shape

    def _axes(self, input_shape: Shape) -> set[int]:
        return resolve_axes(self.axis, input_shape)

    def _parameters(self, input_shape: Shape) -> Parameters:
        learnt = self.center + self.scale
        if not learnt:
            return Parameters()
        sizes = [normalized_size(axis, input_shape) for axis in self.axis]
        return Parameters(learnt * prod(sizes), 0, format_product(learnt, *sizes))
