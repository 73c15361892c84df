"""Whole numbers along the chain: token numbers come in, and an Embedding makes vectors of them.

Keras 3.15 lets other layers follow an integer input. Many then fail at the first batch
(Conv1D, AveragePooling1D, Dropout, Softmax). An Embedding of other numbers cuts off their
fractions, and nothing in front of it is trained.
"""

from tdcli.layers.core.base import Layer, ShapeFault
from tdcli.plan.mismatch import Mismatch
from tdcli.plan.plan import titled
from tdcli.shapes import Shape
from tdcli.text.diagnostic import Diagnostic, Note
from tdcli.text.yaml_writer import inline_yaml

MOVE_NUMBERS = ("Flatten", "Permute", "RepeatVector", "Reshape")


def gives_integers(layer: Layer, integers: bool) -> bool:
    """Say whether whole numbers come out, if `integers` come in. Raises no fault."""
    return integers and layer.innermost.title() in MOVE_NUMBERS


def check_integers(layer: Layer, integers: bool, input_shape: Shape) -> None:
    """Raise ShapeFault for an Embedding of other numbers, or another layer that would compute with token numbers."""
    innermost = layer.innermost
    if innermost.takes_integers and not integers:
        raise ShapeFault("dtype", "whole numbers", input_shape)
    if integers and not innermost.takes_integers and innermost.title() not in MOVE_NUMBERS:
        raise ShapeFault("dtype", "vectors", input_shape)


def wrong_numbers(mismatch: Mismatch) -> Diagnostic:
    """Return the diagnostic for numbers of the wrong kind."""
    return _not_whole(mismatch) if mismatch.layer.innermost.takes_integers else _not_embedded(mismatch)


def _not_whole(mismatch: Mismatch) -> Diagnostic:
    title, line = titled(mismatch.layer), mismatch.input_span.line
    message = f"`{title}` takes whole numbers, got float32"
    why = "it looks up a vector for each number; a fraction would be cut off, and nothing before it would be trained"
    computing = next(
        (step for step in reversed(mismatch.before) if step.layer.innermost.title() not in MOVE_NUMBERS), None
    )
    if computing:
        note = Note(computing.span, "gives other numbers")
        help = f"put `{title}` before the `{computing.title}` on line {computing.span.line}"
    else:
        note = mismatch.note_of_input("the input is not of whole numbers")
        sizes = inline_yaml(list(mismatch.chain_shape[1:]))
        help = f"write `input: {{shape: {sizes}, dtype: int32}}` on line {line}"
    return Diagnostic("dtype-mismatch", message, mismatch.span, (note,), why, (help,))


def _not_embedded(mismatch: Mismatch) -> Diagnostic:
    line = mismatch.input_span.line
    message = f"`{titled(mismatch.layer)}` cannot compute with token numbers"
    note = mismatch.note_of_input("the input is of whole numbers")
    why = "`dtype: int32` is for numbers that name something, and an `Embedding` makes vectors of them"
    help = ("put an `Embedding` before it", f"or leave `dtype: int32` out of the input on line {line}")
    return Diagnostic("dtype-mismatch", message, mismatch.span, (note,), why, help)
