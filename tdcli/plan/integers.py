"""Follow integers along the chain: the input holds tokens, and an Embedding turns them into vectors.

Keras 3.15 accepts other layers after an integer input. Many of them then fail at the first batch
(Conv1D, AveragePooling1D, Dropout, Softmax). An Embedding after floats cuts off their fractions,
and no layer before it is trained.
"""

from tdcli.layers.core.base import Layer, ShapeError
from tdcli.shapes import Shape

MOVE_NUMBERS = ("Flatten", "Permute", "RepeatVector", "Reshape")


def gives_integers(layer: Layer, integers: bool) -> bool:
    """Return whether the output holds integers, given whether the input does."""
    return integers and layer.innermost.title() in MOVE_NUMBERS


def check_integers(layer: Layer, integers: bool, input_shape: Shape) -> None:
    """Raise ShapeError for an Embedding of floats, or another layer that would compute with tokens."""
    innermost = layer.innermost
    if innermost.takes_integers and not integers:
        raise ShapeError("dtype", "integers", input_shape)
    if integers and not innermost.takes_integers and innermost.title() not in MOVE_NUMBERS:
        raise ShapeError("dtype", "vectors", input_shape)
