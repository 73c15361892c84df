"""Detect sequences that are padded at the start. `lengths` would cut off their last real timesteps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tdcli.sources.arrays.array_place import ArrayPlace
from tdcli.sources.arrays.ends import ends_of_samples
from tdcli.sources.core.section import DataDiagnostic


def padded_in_front(x: ArrayPlace, lengths: Sequence[int], steps: int) -> DataDiagnostic | None:
    """Return a diagnostic if sequences are padded at the start. Looks at some of those shorter than the array."""
    short = [sample for sample, length in enumerate(lengths) if 0 < length < steps]
    found = ends_of_samples(x, short) if short else {}
    in_front = _filler({sample: (each.leading, each.first) for sample, each in found.items()}, lengths, steps)
    behind = _filler({sample: (each.trailing, each.last) for sample, each in found.items()}, lengths, steps)
    return None if in_front is None or behind is not None else _padding_diagnostic(next(iter(found)), lengths, in_front)


def _filler(runs: Mapping[int, tuple[int, float]], lengths: Sequence[int], steps: int) -> float | None:
    """Return the value that fills the padded timesteps of all samples at one end; None if there is no such value."""
    values = {value for _, value in runs.values()}
    padded = {sample: steps - lengths[sample] for sample in runs}
    fills = all(run >= padded[sample] for sample, (run, _) in runs.items())
    # A single timestep may hold one number by chance, or on purpose: a token that starts every sequence.
    return values.pop() if fills and len(values) == 1 and max(padded.values()) > 1 else None


def _padding_diagnostic(sample: int, lengths: Sequence[int], filler: float) -> DataDiagnostic:
    steps = lengths[sample]
    message = f"sample {sample} is padded at the start, but `lengths` counts its {steps} real timesteps from the start"
    why = "Keras's `pad_sequences` pads at the start by default; the last real timesteps would be cut off"
    help = (
        f"write `lengths: null` and `padding: {filler:g}` in `data` to mask the timesteps that hold {filler:g}",
        'or pad the arrays at the end: `pad_sequences(..., padding="post")`',
    )
    return DataDiagnostic(("lengths",), "padded-in-front", message, why, help)
