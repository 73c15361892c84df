"""Whole numbers to vectors."""

from collections.abc import Mapping

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Example, Layer, Parameters, ShapeError
from tdcli.layers.core.fields import Constraint, Initializer, Regularizer, Size
from tdcli.shapes import Shape


class Embedding(Layer):
    """A vector for each of the numbers 0 to `input_dim - 1`: `(batch, ...)` -> `(batch, ..., output_dim)`.

    With `mask_zero`, a 0 is a padded step. `weights` is left out: a new model starts from its initializer.

    Parameters: `input_dim x output_dim` (Keras, `Embedding.build`).

    >>> Embedding(input_dim=1000, output_dim=16).parameters((None, 10)).formula
    '1000 x 16'
    """

    takes_integers = True
    examples = (
        Example({"input_dim": 1000, "output_dim": 16}, (None, 10)),
        Example({"input_dim": 5, "output_dim": 2, "mask_zero": True}, (None, None)),
        Example({"input_dim": 5, "output_dim": 2, "embeddings_initializer": "uniform"}, (None, 4, 3)),
        Example({"input_dim": 5, "output_dim": 2, "trainable": False}, (None,)),
    )

    input_dim: Size
    output_dim: Size
    embeddings_initializer: Initializer = "uniform"
    embeddings_regularizer: Regularizer = None
    embeddings_constraint: Constraint = None
    mask_zero: bool = False

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return two axes."""
        return {"embeddings": (2,)}

    def over_time(self, input_shape: Shape) -> str:
        """Say what is looked up."""
        return "looks up a vector for the number at every step: the same number, the same vector"

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Mark the zeros as padded steps. Raises ShapeError where a mask would be lost, or be no mask of steps."""
        if masked and not self.mask_zero:
            raise ShapeError("mask", "", input_shape)
        if self.mask_zero and len(input_shape) > 2:
            why = "a mask of numbers within a step has an axis too many: Keras 3.15 fails on it, or ignores it"
            help = "leave out `mask_zero: true`"
            raise ShapeError("mask", "marks zeros within each step, but a mask marks steps", input_shape, why, help)
        return self.mask_zero

    def _output_shape(self, input_shape: Shape) -> Shape:
        if self.mask_zero and len(input_shape) < 2:
            raise ShapeError.of_axes(("batch", "time"), input_shape)
        return (*input_shape, self.output_dim)

    def _parameters(self, input_shape: Shape) -> Parameters:
        return Parameters(self.input_dim * self.output_dim, 0, format_product(self.input_dim, self.output_dim))
