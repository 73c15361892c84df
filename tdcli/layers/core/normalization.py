"""The base class of normalization layers with a learnt scale and shift."""

from collections.abc import Mapping

from pydantic import Field

from tdcli.layers.core.base import Layer, ShapeError, known_size
from tdcli.layers.core.fields import Constraint, Initializer, Regularizer
from tdcli.shapes import Shape

TIME_AXIS = 1
"""The time axis of a sequence."""


class LearnedNormalization(Layer):
    """Normalizes to mean 0 and variance 1, then multiplies by a learnt `gamma` and adds a learnt `beta`."""

    epsilon: float = Field(1e-3, ge=0)
    center: bool = True
    scale: bool = True
    beta_initializer: Initializer = "zeros"
    gamma_initializer: Initializer = "ones"
    beta_regularizer: Regularizer = None
    gamma_regularizer: Regularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return one axis for each weight."""
        return {"beta": (1,), "gamma": (1,)}


def resolve_axis(axis: int, input_shape: Shape) -> int:
    """Return an axis counted from 0. Raises ShapeError if the input does not have it or if it is the batch.

    >>> resolve_axis(-1, (None, 5, 8))
    2
    """
    rank = len(input_shape)
    if not -rank <= axis < rank or axis % rank == 0:
        raise ShapeError("rank", f"an axis {axis} after the batch", input_shape)
    return axis % rank


def resolve_axes(axes: tuple[int, ...], input_shape: Shape) -> set[int]:
    """Return axes counted from 0. Raises ShapeError if one is listed twice or the input does not have it."""
    found = {resolve_axis(axis, input_shape) for axis in axes}
    if len(found) < len(axes):
        raise ShapeError("rank", f"{len(axes)} different axes in {list(axes)}", input_shape)
    return found


def normalized_size(axis: int, input_shape: Shape) -> int:
    """Return the size of an axis that has weights. Raises ShapeError if the axis does not exist or is unknown."""
    return known_size(input_shape, resolve_axis(axis, input_shape), f"a known size of axis {axis}")
