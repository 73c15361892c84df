"""Embedding: a vector for each token."""

from collections.abc import Mapping

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Example, Layer, Parameters, ShapeError
from tdcli.layers.core.fields import Constraint, Initializer, Regularizer, Size
from tdcli.shapes import Shape


class Embedding(Layer):
    """Turns each token from 0 to `input_dim - 1` into a vector: `(batch, ...)` -> `(batch, ..., output_dim)`.

    With `mask_zero`, the token 0 marks a padded timestep. `weights` is not supported: a new model starts from its
    initializer.

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
        """Return two axes, for the tokens and the vectors."""
        return {"embeddings": (2,)}

    def over_time(self, input_shape: Shape) -> str:
        """Describe what is looked up."""
        return "looks up a vector for the token at each timestep; equal tokens have equal vectors"

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Mark zeros as padded timesteps. Raises ShapeError if a mask is lost, or would not be a mask of timesteps."""
        if masked and not self.mask_zero:
            raise ShapeError("mask", "", input_shape)
        if self.mask_zero and len(input_shape) > 2:
            why = "the mask would have one axis too many, so Keras 3.15 fails or ignores it"
            help = "remove `mask_zero: true`"
            needs = "marks zeros within each timestep, but a mask marks whole timesteps"
            raise ShapeError("mask", needs, input_shape, why, help)
        return self.mask_zero

    def _output_shape(self, input_shape: Shape) -> Shape:
        if self.mask_zero and len(input_shape) < 2:
            raise ShapeError.of_axes(("batch", "time"), input_shape)
        return (*input_shape, self.output_dim)

    def _parameters(self, input_shape: Shape) -> Parameters:
        return Parameters(self.input_dim * self.output_dim, 0, format_product(self.input_dim, self.output_dim))
