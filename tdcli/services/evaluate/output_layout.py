"""How outputs are laid out: the axes of frames, and which samples are of which group.

Frames are `(samples, height, width, channels)`, or one a step behind the axis of samples.
"""

import numpy as np
import polars as pl

from tdcli.data.dataset import Array, Part


def has_steps(outputs: Array, part: Part) -> bool:
    """Say whether outputs have a time axis: a sequence has, and frames with as many axes as what went in."""
    return outputs.ndim == 3 or (outputs.ndim > 3 and outputs.ndim == len(part.x.shape))


def are_frames(outputs: Array) -> bool:
    """Say whether outputs are more than a vector a sample or a step."""
    return outputs.ndim > 3


def frames_by_value(frames: Array, part: Part) -> Array:
    """Return each value of the frames as a sample of its own, `(samples x values, steps, 1)`."""
    if not has_steps(frames, part):
        return frames.reshape(-1, 1, 1)
    return np.moveaxis(frames, 1, -1).reshape(-1, frames.shape[1], 1)


def frames_by_mean(frames: Array, part: Part) -> Array:
    """Return the mean of each frame, `(samples, steps, 1)`."""
    steps = frames.shape[1] if has_steps(frames, part) else 1
    return np.asarray(frames.reshape(len(frames), steps, -1).mean(axis=-1, keepdims=True))


def group_samples(part: Part) -> tuple[list[str], Array]:
    """Return the names of the groups, sorted, and `(samples,)`, the place of each sample's; nothing without any."""
    if part.groups is None:
        return [], np.empty(0, np.int64)
    names = pl.Series(part.groups.tolist(), dtype=pl.String)
    return names.unique().sort().to_list(), (names.rank("dense") - 1).to_numpy().astype(np.int64)
