"""Choose the diagnostic for a layer that does not fit its input, by the kind of the error."""

from collections.abc import Iterator

from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.cures.sizes import size_helps
from tdcli.plan.cures.windows import window_helps
from tdcli.plan.diagnosis.lost_mask import lost_mask
from tdcli.plan.diagnosis.recovery import Explanation
from tdcli.plan.diagnosis.wrong_dtype import wrong_dtype
from tdcli.plan.diagnosis.wrong_rank import wrong_rank
from tdcli.plan.mismatch import Mismatch
from tdcli.shapes import format_shape
from tdcli.text.change import Change, Help, as_helps
from tdcli.text.diagnostic import Diagnostic


def explain(mismatch: Mismatch) -> Explanation:
    """Return the diagnostic, and how to find the output shape of the corrected layer."""
    return _BY_KIND[mismatch.error.kind](mismatch)


def _wrong_size(mismatch: Mismatch) -> Explanation:
    error = mismatch.error
    helps = (*window_helps(mismatch), *size_helps(mismatch)) or as_helps([error.help] if error.help else [])
    return Diagnostic("size-mismatch", mismatch.message, mismatch.span, (mismatch.source,), error.why, helps), None


def _unknown_length(mismatch: Mismatch) -> Explanation:
    message = mismatch.message
    why = "its weights or its computation depend on a length that is only known from the data"
    if isinstance(mismatch.layer, TimeDistributed):
        got = format_shape(mismatch.input_shape)
        message = f"`{mismatch.layer.full_title}` needs a known number of timesteps, got `{got}`"
        why = "without it, Keras iterates over the batch instead of time, unless the layer only uses the last axis"
    longest = f"replace `null` with the longest length on line {mismatch.input_span.line}"
    helps = (*_global_poolings(mismatch), Help(longest))
    return Diagnostic("unknown-length", message, mismatch.span, (mismatch.source,), why, helps), None


def _global_poolings(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the global pooling layers that return one vector for any number of positions, which Flatten cannot."""
    last = mismatch.last
    if last is None or last.title != "Flatten" or len(last.input_shape) not in (3, 4, 5):
        return
    for pooling, taken in (("Max", "maximum"), ("Average", "mean")):
        title = f"Global{pooling}Pooling{len(last.input_shape) - 2}D"
        text = f"write `{title}` instead of the `Flatten` on line {last.span.line} to take the {taken} of all positions"
        yield Help(text, (Change(last.key_path, title),))


_BY_KIND = {
    "rank": wrong_rank,
    "size": _wrong_size,
    "unknown": _unknown_length,
    "mask": lost_mask,
    "dtype": wrong_dtype,
}

MISMATCH_NAMES = frozenset(
    (
        "dtype-mismatch", "frames-not-flattened", "mask-lost", "sequences-not-returned", "size-mismatch",
        "time-axis-missing", "time-distributed-missing", "time-distributed-recurrent", "unknown-length", "wrong-rank",
    )
)  # fmt: skip
"""The names of all lessons about a layer that does not fit its input."""
