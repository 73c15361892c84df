"""A sequence squeezed into one vector on purpose, as an autoencoder does, and read along time again."""

from collections.abc import Iterator

from tdcli.plan import cure
from tdcli.plan.mismatch import Mismatch
from tdcli.text.change import Help


def squeezes(mismatch: Mismatch) -> bool:
    """Say whether the lost time axis may be meant: the data are their own target, or less comes out than goes in.

    The layer that finds no time axis then unfolds the vector: it hands on a sequence.
    """
    losing, document = mismatch.losing, mismatch.document
    if losing is None or not cure.is_listed(document, mismatch.placed.way) or losing.input_shape[1] is None:
        return False
    x, y = (cure.value_at(document, ("data", key)) for key in ("x", "y"))
    if x is not None and x == y:
        return True
    width = getattr(mismatch.layer.innermost, "units", None)
    narrows = (losing.output_shape[-1] or 0) < (losing.input_shape[-1] or 0)
    return bool(narrows and _unfolds(mismatch) and width and width > (losing.output_shape[-1] or 0))


def _unfolds(mismatch: Mismatch) -> bool:
    return bool(getattr(mismatch.layer.innermost, "return_sequences", False))


def unfolding(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the RepeatVector that hands a squeezed sequence to the layer behind it, once for each step."""
    if mismatch.losing is not None and squeezes(mismatch):
        steps = mismatch.chain_shape[1] or mismatch.losing.input_shape[1]
        repeat = {"RepeatVector": {"n": steps}}
        text = f"put `- RepeatVector: {{n: {steps}}}` before it, if the vector is to be unfolded"
        yield cure.inserted(text, mismatch.placed.way, repeat)
