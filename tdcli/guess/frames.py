"""Guess a spec for a folder of clips with one folder per class: a CNN for every frame, and an LSTM over time."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tdcli.guess.core.layers import class_outputs, convolution, recurrent_line
from tdcli.guess.core.page import Guess, SpecBlock, SpecLine, training_block
from tdcli.sources.clips.clip_diagnostics import inspect_clips
from tdcli.sources.clips.clips import Clip, list_by_class
from tdcli.sources.core.section import raise_if_any

TIMESTEPS, FRAME = 16, (64, 64, 3)
FEWEST_TO_PART = 40
FEWEST_TO_STRATIFY = 10


def guess(path: Path, written: str) -> Guess:
    """Return a spec for a folder of clips. No clip is decoded. Raises SpecError if it has no folders of classes."""
    header = inspect_clips(path, "path")
    raise_if_any(header.diagnostics)
    clips = list_by_class(path).clips
    per_class = Counter(clip.label for clip in clips)
    parts = per_class.total() >= FEWEST_TO_PART
    chain: list[SpecLine | SpecBlock] = [
        SpecLine("kind", "cnn-lstm", "one output per clip"),
        _input_line(clips),
        SpecBlock("cnn", items=convolution(FRAME)),
        recurrent_line(),
        class_outputs(header.classes, "the folder"),
    ]
    data = [
        SpecLine("source", "frames"),
        SpecLine("path", written),
        SpecLine("scale", "pixels", "0 to 255 become 0 to 1"),
    ]
    stratify = {"stratify": True} if min(per_class.values()) >= FEWEST_TO_STRATIFY else {}
    split = [SpecLine("split", {"by": "random", **stratify, "validation": 0.15, "test": 0.2})] if parts else []
    title = f"Guessed from {path.name}: {per_class.total():,} clips of {len(per_class)} classes."
    return Guess(
        title, [SpecBlock("architecture", chain), SpecBlock("data", data), *split, training_block(16, validated=parts)]
    )


def _input_line(clips: Sequence[Clip]) -> SpecLine:
    """Return the input, with no more timesteps than the shortest clip has frames."""
    counts = _frame_counts(clips)
    shortest = min(counts, key=counts.__getitem__, default=None)
    timesteps, comment = TIMESTEPS, "a guess: the frames of a clip, and their size"
    if shortest is not None and counts[shortest] < TIMESTEPS:
        timesteps, comment = counts[shortest], f"a guess: as many frames as `{shortest}` has, and their size"
    unknown = len(clips) - len(counts)
    if unknown:
        comment += f"; the frames of {unknown:,} {'clip' if unknown == 1 else 'clips'} are unknown"
    return SpecLine("input", {"timesteps": timesteps, "frame": list(FRAME)}, comment)


def _frame_counts(clips: Sequence[Clip]) -> dict[str, int]:
    """Return the number of frames of clips, by name. Without the extra `video`, no file is opened."""
    try:
        from tdcli.data.clips.frame_counts import frame_counts
    except ImportError:
        return {clip.name: clip.frames for clip in clips if clip.frames is not None}
    return frame_counts(clips)
