"""Describe the layout of outputs: the axes of frames, and the group of each sample.

Frames have the shape `(samples, height, width, channels)`, or `(samples, time, height, width, channels)`.
"""

import numpy as np
import polars as pl

from tdcli.data.dataset import Array, Part


def has_steps(outputs: Array, part: Part) -> bool:
    """Return whether outputs have a time axis. Frames have one if they have as many axes as the input."""
    return outputs.ndim == 3 or (outputs.ndim > 3 and outputs.ndim == len(part.x.shape))


def are_frames(outputs: Array) -> bool:
    """Return whether outputs are frames, and not one vector per sample or timestep."""
    return outputs.ndim > 3


def frames_by_value(frames: Array, part: Part) -> Array:
    """Return each value of the frames as a separate sample, `(samples x values, steps, 1)`."""
    if not has_steps(frames, part):
        return frames.reshape(-1, 1, 1)
    return np.moveaxis(frames, 1, -1).reshape(-1, frames.shape[1], 1)


def frames_by_mean(frames: Array, part: Part) -> Array:
    """Return the mean of each frame, `(samples, steps, 1)`."""
    steps = frames.shape[1] if has_steps(frames, part) else 1
    return np.asarray(frames.reshape(len(frames), steps, -1).mean(axis=-1, keepdims=True))


def group_samples(part: Part) -> tuple[list[str], Array]:
    """Return the sorted names of the groups, and the index of each sample's group `(samples,)`. Both may be empty."""
    if part.groups is None:
        return [], np.empty(0, np.int64)
    names = pl.Series(part.groups.tolist(), dtype=pl.String)
    return names.unique().sort().to_list(), (names.rank("dense") - 1).to_numpy().astype(np.int64)
