"""Sequences whose padding stands in front, where `lengths` would cut off their real steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tdcli.sources.arrays.array_place import ArrayPlace
from tdcli.sources.arrays.ends import ends_of_samples
from tdcli.sources.core.section import DataDiagnostic


def padded_in_front(x: ArrayPlace, lengths: Sequence[int], steps: int) -> DataDiagnostic | None:
    """Return the diagnostic of sequences padded in front, judged by some that are shorter than the array."""
    short = [sample for sample, length in enumerate(lengths) if 0 < length < steps]
    found = ends_of_samples(x, short) if short else {}
    in_front = _filler({sample: (each.leading, each.first) for sample, each in found.items()}, lengths, steps)
    behind = _filler({sample: (each.trailing, each.last) for sample, each in found.items()}, lengths, steps)
    return None if in_front is None or behind is not None else _padding_diagnostic(next(iter(found)), lengths, in_front)


def _filler(runs: Mapping[int, tuple[int, float]], lengths: Sequence[int], steps: int) -> float | None:
    """Return the one value that fills the padded steps of all samples at one end; None where there is none."""
    values = {value for _, value in runs.values()}
    padded = {sample: steps - lengths[sample] for sample in runs}
    fills = all(run >= padded[sample] for sample, (run, _) in runs.items())
    # A single step may hold one number by chance or, as a token that begins each sequence, on purpose.
    return values.pop() if fills and len(values) == 1 and max(padded.values()) > 1 else None


def _padding_diagnostic(sample: int, lengths: Sequence[int], filler: float) -> DataDiagnostic:
    message = f"sample {sample} is padded in front, but `lengths` counts {lengths[sample]} real steps from its start"
    why = "Keras's `pad_sequences` pads in front by default; the last steps, which are real, would be lost"
    help = (
        f"leave `lengths` out: `lengths: null` and `padding: {filler:g}` in `data` mask the steps that hold {filler:g}",
        'or save the arrays padded behind: `pad_sequences(..., padding="post")`',
    )
    return DataDiagnostic(("lengths",), "padded-in-front", message, why, help)
