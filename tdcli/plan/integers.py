"""Whole numbers along the chain: token numbers come in, and an Embedding makes vectors of them.

Keras 3.15 lets other layers follow an integer input. Many then fail at the first batch
(Conv1D, AveragePooling1D, Dropout, Softmax). An Embedding of other numbers cuts off their
fractions, and nothing in front of it is trained.
"""

from tdcli.layers.core.base import Layer, ShapeError
from tdcli.shapes import Shape

MOVE_NUMBERS = ("Flatten", "Permute", "RepeatVector", "Reshape")


def gives_integers(layer: Layer, integers: bool) -> bool:
    """Return whether whole numbers come out, given whether they come in."""
    return integers and layer.innermost.title() in MOVE_NUMBERS


def check_integers(layer: Layer, integers: bool, input_shape: Shape) -> None:
    """Raise ShapeError for an Embedding of other numbers, or another layer that would compute with token numbers."""
    innermost = layer.innermost
    if innermost.takes_integers and not integers:
        raise ShapeError("dtype", "whole numbers", input_shape)
    if integers and not innermost.takes_integers and innermost.title() not in MOVE_NUMBERS:
        raise ShapeError("dtype", "vectors", input_shape)
