"""What the normalizations have in common: a shift and a scale that are learnt."""

from pydantic import Field

from tdcli.layers._base import Layer, Shape, ShapeFault, known
from tdcli.layers._fields import Constraint, NoMatrixRegularizer, VectorInitializer

TIME = 1
"""The axis of a sequence's steps."""


class Normalization(Layer):
    """Brings numbers to mean 0 and variance 1, then to a learnt scale `gamma` and centre `beta`."""

    epsilon: float = Field(1e-3, ge=0)
    center: bool = True
    scale: bool = True
    beta_initializer: VectorInitializer = "zeros"
    gamma_initializer: VectorInitializer = "ones"
    beta_regularizer: NoMatrixRegularizer = None
    gamma_regularizer: NoMatrixRegularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None


def counted(axis: int, input_shape: Shape) -> int:
    """Return an axis counted from 0. Raises ShapeFault where the input lacks it, or it is the batch.

    >>> counted(-1, (None, 5, 8))
    2
    """
    rank = len(input_shape)
    if not -rank <= axis < rank or axis % rank == 0:
        raise ShapeFault("rank", f"an axis {axis} behind the batch", input_shape)
    return axis % rank


def normalized_size(axis: int, input_shape: Shape) -> int:
    """Return the size of an axis that has weights. Raises ShapeFault if there is none or it is unknown."""
    return known(input_shape, counted(axis, input_shape), f"a known size of axis {axis}")
