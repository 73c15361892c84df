"""Recognize a sequence that is intentionally compressed into one vector and then expanded, as in an autoencoder."""

from collections.abc import Iterator

from tdcli.layers.core.recurrent import VectorRecurrent
from tdcli.plan.cures.changes import insert_help, is_listed
from tdcli.plan.mismatch import Mismatch
from tdcli.text.change import Help


def squeezes(mismatch: Mismatch) -> bool:
    """Return whether the loss of the time axis may be intended.

    The data may be its own target, or the vector may be narrow. The layer that lacks a time axis is then meant to
    expand the vector into a sequence.
    """
    losing, document = mismatch.losing, mismatch.document
    if losing is None or not is_listed(document, mismatch.node.key_path) or losing.input_shape[1] is None:
        return False
    x, y = (document.value_at(("data", key)) for key in ("x", "y"))
    if x is not None and x == y:
        return True
    cell, width = mismatch.layer.innermost, losing.output_shape[-1] or 0
    unfolds = isinstance(cell, VectorRecurrent) and cell.return_sequences and cell.units > width
    return unfolds and width < (losing.input_shape[-1] or 0)


def unfolding(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the RepeatVector that repeats the compressed sequence for each timestep of the next layer."""
    if mismatch.losing is not None and squeezes(mismatch):
        steps = mismatch.chain_shape[1] or mismatch.losing.input_shape[1]
        repeat = {"RepeatVector": {"n": steps}}
        text = f"add `- RepeatVector: {{n: {steps}}}` before it if the vector is meant to become a sequence again"
        yield insert_help(text, mismatch.node.key_path, repeat)
