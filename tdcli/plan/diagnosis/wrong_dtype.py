"""Report integers for a layer that needs floats, and floats for a layer that needs integers."""

from tdcli.plan.diagnosis.recovery import Explanation, as_it_is
from tdcli.plan.integers import MOVE_NUMBERS
from tdcli.plan.mismatch import Mismatch
from tdcli.text.change import Help, as_helps
from tdcli.text.diagnostic import Diagnostic, Note
from tdcli.text.yaml_writer import to_inline_yaml


def wrong_dtype(mismatch: Mismatch) -> Explanation:
    """Return the diagnostic for the wrong dtype. The shapes fit."""
    takes_integers = mismatch.layer.innermost.takes_integers
    return _not_whole(mismatch) if takes_integers else _not_embedded(mismatch), as_it_is


def _not_whole(mismatch: Mismatch) -> Diagnostic:
    title, line = mismatch.layer.full_title, mismatch.input_span.line
    message = f"`{title}` needs integers, got float32"
    why = "it looks up a vector for each integer; fractions would be cut off, and no layer before it would be trained"
    computing = next(
        (step for step in reversed(mismatch.before) if step.layer.innermost.title() not in MOVE_NUMBERS), None
    )
    if computing:
        note = Note(computing.span, "outputs floats")
        help = f"move `{title}` before the `{computing.title}` on line {computing.span.line}"
    else:
        note = mismatch.note_of_input("the input has dtype float32")
        sizes = to_inline_yaml(list(mismatch.chain_shape[1:]))
        help = f"write `input: {{shape: {sizes}, dtype: int32}}` on line {line}"
    return Diagnostic("dtype-mismatch", message, mismatch.span, (note,), why, (Help(help),))


def _not_embedded(mismatch: Mismatch) -> Diagnostic:
    line = mismatch.input_span.line
    message = f"`{mismatch.layer.full_title}` needs floats, got int32 tokens"
    note = mismatch.note_of_input("the input has dtype int32")
    why = "`dtype: int32` is for tokens, which an `Embedding` turns into vectors"
    help = ("add an `Embedding` before it", f"or remove `dtype: int32` from the input on line {line}")
    return Diagnostic("dtype-mismatch", message, mismatch.span, (note,), why, as_helps(help))
