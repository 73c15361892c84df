"""The parametric rectified linear unit."""

from math import prod
from typing import Annotated

from pydantic import BeforeValidator, ValidationError

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Elementwise, Example, Parameters, ShapeError, known_size
from tdcli.layers.core.fields import Constraint, Initializer, Regularizer
from tdcli.layers.core.objects import AxisNumbers, as_tuple
from tdcli.layers.core.objects_fit import check_objects
from tdcli.shapes import Shape


class PReLU(Elementwise):
    """Parametric rectified linear unit: `x` if x is positive, else `alpha * x`, with a learnt `alpha`.

    `(batch, ...)` -> the same shape.

    Parameters: one for each value of a sample. All positions along the axes in `shared_axes` share one; axes are
    counted from 1, without the batch (Keras, `PReLU.build`).

    >>> PReLU(shared_axes=(1,)).parameters((None, 10, 8)).total
    8
    """

    casts_inputs = False
    examples = (
        Example({}, (None, 5, 8)),
        Example({"shared_axes": 1}, (None, None, 8)),
        Example({"shared_axes": (1, 2)}, (None, 5, 6, 3)),
    )

    alpha_initializer: Initializer = "Zeros"
    alpha_regularizer: Regularizer = None
    alpha_constraint: Constraint = None
    shared_axes: Annotated[AxisNumbers | None, BeforeValidator(as_tuple)] = None

    def output_activation(self, rank: int) -> str | None:
        """Return the activation that the layer is, for any slopes."""
        return "leaky_relu"

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on."""
        return masked

    def _output_shape(self, input_shape: Shape) -> Shape:
        self._sizes(input_shape)
        try:
            check_objects(self, {"alpha": (len(input_shape) - 1,)}, self.dtype)
        except ValidationError as error:
            (details,) = error.errors()
            needs = f"an `{details['loc'][0]}` for an `alpha` of {len(input_shape) - 1} axes"
            raise ShapeError("size", needs, input_shape, details["msg"]) from None
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        sizes = self._sizes(input_shape)
        return Parameters(prod(sizes), 0, format_product(*sizes))

    def _sizes(self, input_shape: Shape) -> list[int]:
        shared = self.shared_axes or ()
        if any(not 1 <= axis < len(input_shape) for axis in shared):
            raise ShapeError("rank", f"axes up to {max(shared)} after the batch", input_shape)
        needs = "a known length, or `shared_axes: [1]`"
        return [1 if axis in shared else known_size(input_shape, axis, needs) for axis in range(1, len(input_shape))]
