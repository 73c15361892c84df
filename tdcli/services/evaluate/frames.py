"""Frames as answers, `(samples, height, width, channels)` or one a step: what of them is compared and shown."""

import numpy as np

from tdcli.data.dataset import Array, Part


def has_steps(outputs: Array, part: Part) -> bool:
    """Say whether answers have a time axis: a sequence has, and frames with as many axes as what went in."""
    return outputs.ndim == 3 or (outputs.ndim > 3 and outputs.ndim == len(part.x.shape))


def are_frames(outputs: Array) -> bool:
    """Say whether answers are more than a vector a sample or a step."""
    return outputs.ndim > 3


def by_value(frames: Array, part: Part) -> Array:
    """Return each value of the frames as a sample of its own, `(samples x values, steps, 1)`."""
    if not has_steps(frames, part):
        return frames.reshape(-1, 1, 1)
    return np.moveaxis(frames, 1, -1).reshape(-1, frames.shape[1], 1)


def by_mean(frames: Array, part: Part) -> Array:
    """Return the mean of each frame, `(samples, steps, 1)`."""
    steps = frames.shape[1] if has_steps(frames, part) else 1
    return np.asarray(frames.reshape(len(frames), steps, -1).mean(axis=-1, keepdims=True))
