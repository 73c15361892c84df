"""A layer and a shape that do not fit, said so that the reader learns about axes."""

from collections.abc import Iterator

from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.integers import wrong_numbers
from tdcli.plan.lost_mask import lost_mask
from tdcli.plan.mismatch import Mismatch
from tdcli.plan.plan import titled
from tdcli.plan.size_help import size_helps
from tdcli.plan.window_help import window_helps
from tdcli.plan.wrong_rank import wrong_rank
from tdcli.shapes import format_shape
from tdcli.text.change import Change, Help
from tdcli.text.diagnostic import Diagnostic


def explained(mismatch: Mismatch) -> Diagnostic:
    """Return the diagnostic; its name is that of the lesson."""
    return _BY_KIND[mismatch.fault.kind](mismatch)


def _wrong_size(mismatch: Mismatch) -> Diagnostic:
    fault = mismatch.fault
    helps = (*window_helps(mismatch), *size_helps(mismatch)) or ((fault.help,) if fault.help else ())
    return Diagnostic("size-mismatch", mismatch.message, mismatch.span, (mismatch.source,), fault.why, helps)


def _unknown_length(mismatch: Mismatch) -> Diagnostic:
    message = mismatch.message
    why = "its weights or its work depend on a length that only the data would tell"
    if isinstance(mismatch.layer, TimeDistributed):
        message = (
            f"`{titled(mismatch.layer)}` needs a known number of timesteps, got `{format_shape(mismatch.input_shape)}`"
        )
        why = "with an unknown number Keras's TimeDistributed walks over the batch; only layers of the last axis can do"
    helps = (*_pooled(mismatch), f"give the longest length in place of `null` on line {mismatch.input_span.line}")
    return Diagnostic("unknown-length", message, mismatch.span, (mismatch.source,), why, helps)


def _pooled(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the global poolings that leave one vector of any number of places, where a Flatten cannot."""
    last = mismatch.last
    if last is None or last.title != "Flatten" or len(last.input_shape) not in (3, 4, 5):
        return
    for pooling, taken in (("Max", "the largest"), ("Average", "the mean")):
        title = f"Global{pooling}Pooling{len(last.input_shape) - 2}D"
        text = f"write `{title}` in place of the `Flatten` on line {last.span.line}: {taken} of all places"
        yield Help(text, Change(last.way, title))


_BY_KIND = {
    "rank": wrong_rank,
    "size": _wrong_size,
    "unknown": _unknown_length,
    "mask": lost_mask,
    "dtype": wrong_numbers,
}

NAMES = frozenset(
    (
        "dtype-mismatch", "frames-not-flattened", "mask-lost", "sequences-not-returned", "size-mismatch",
        "time-axis-missing", "time-distributed-missing", "time-distributed-recurrent", "unknown-length", "wrong-rank",
    )
)  # fmt: skip
"""The faults of a layer and the shape that it is given."""
