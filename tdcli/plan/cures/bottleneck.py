"""A sequence squeezed into one vector on purpose, as an autoencoder does, and read along time again."""

from collections.abc import Iterator

from tdcli.layers.core.recurrent import VectorRecurrent
from tdcli.plan.cures.changes import insert_help, is_listed
from tdcli.plan.mismatch import Mismatch
from tdcli.text.change import Help


def squeezes(mismatch: Mismatch) -> bool:
    """Say whether the lost time axis may be meant: the data are their own target, or less comes out than goes in.

    The layer that finds no time axis then unfolds the vector: it hands on a sequence.
    """
    losing, document = mismatch.losing, mismatch.document
    if losing is None or not is_listed(document, mismatch.node.way) or losing.input_shape[1] is None:
        return False
    x, y = (document.value_at(("data", key)) for key in ("x", "y"))
    if x is not None and x == y:
        return True
    cell, width = mismatch.layer.innermost, losing.output_shape[-1] or 0
    unfolds = isinstance(cell, VectorRecurrent) and cell.return_sequences and cell.units > width
    return unfolds and width < (losing.input_shape[-1] or 0)


def unfolding(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the RepeatVector that hands a squeezed sequence to the layer behind it, once for each step."""
    if mismatch.losing is not None and squeezes(mismatch):
        steps = mismatch.chain_shape[1] or mismatch.losing.input_shape[1]
        repeat = {"RepeatVector": {"n": steps}}
        text = f"put `- RepeatVector: {{n: {steps}}}` before it, if the vector is to be unfolded"
        yield insert_help(text, mismatch.node.way, repeat)
