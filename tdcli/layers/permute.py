"""Permute: the axes in another order."""

from typing import Annotated

from pydantic import Field, field_validator

from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.shapes import Shape
from tdcli.text.section import invalid


class Permute(Layer):
    """Reorders the axes. `dims` lists them in their new order, counted from 1 without the batch.

    `(batch, a, b)` -> `(batch, b, a)` with `dims: [2, 1]`.

    >>> Permute(dims=(2, 1)).output_shape((None, 10, 3))
    (None, 3, 10)
    """

    examples = (
        Example({"dims": (2, 1)}, (None, 10, 3)),
        Example({"dims": (3, 1, 2)}, (None, None, 4, 5)),
        Example({"dims": (1,)}, (None, 4)),
    )

    dims: Annotated[tuple[int, ...], Field(min_length=1)]

    @field_validator("dims")
    @classmethod
    def _every_axis_once(cls, dims: tuple[int, ...]) -> tuple[int, ...]:
        if sorted(dims) != list(range(1, len(dims) + 1)):
            message = f"`dims` must contain each axis from 1 to {len(dims)} exactly once, got {list(dims)}"
            raise invalid("wrong-value", message)
        return dims

    def over_time(self, input_shape: Shape) -> str:
        """Describe which axis becomes time."""
        return f"moves axis {self.dims[0]} to the first position after the batch, where later layers read time"

    def _output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != len(self.dims) + 1:
            axes = ("batch", *(f"axis {number}" for number in sorted(self.dims)))
            raise ShapeError.of_axes(axes, input_shape)
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))
