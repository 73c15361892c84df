"""Normalization by the root mean square."""

from pydantic import Field

from tdcli.layers.core.base import Example, Layer, Parameters, ShapeError
from tdcli.layers.core.normalization import normalized_size, resolve_axis
from tdcli.shapes import Shape


class RMSNormalization(Layer):
    """Divides by the root mean square over `axis`, then multiplies by a learnt scale.

    `(batch, ..., features)` -> the same shape. The layer does not pass a mask on (Keras 3.15).

    Parameters: one for each position along the axis (Keras, `RMSNormalization.build`).

    >>> RMSNormalization().parameters((None, 10, 64)).formula
    '64'
    """

    examples = (Example({}, (None, None, 64)), Example({"axis": 2, "epsilon": 1e-5}, (None, 5, 8)))

    axis: int = -1
    epsilon: float = Field(1e-6, ge=0)

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Raise ShapeError for a mask. Keras 3.15 drops it, although the layer does not mix timesteps."""
        if masked:
            why = "Keras drops the mask here, and the layers after it would read the padding"
            raise ShapeError("mask", "", input_shape, why, "write `LayerNormalization`, which passes the mask on")
        return False

    def _output_shape(self, input_shape: Shape) -> Shape:
        if resolve_axis(self.axis, input_shape) != len(input_shape) - 1:
            why = "Keras 3.15 always applies the scale along the last axis"
            help = "remove `axis`, or move the axis to the end with a `Permute` before it"
            raise ShapeError("size", f"its axis {self.axis} to be the last one", input_shape, why, help)
        normalized_size(self.axis, input_shape)
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        size = normalized_size(self.axis, input_shape)
        return Parameters(size, 0, f"{size}")
