"""Padded steps: which steps are real, and nothing of what stands beyond them."""

import numpy as np

from tdcli.data.dataset import Array
from tdcli.text.errors import SpecError


def valid_steps(lengths: Array, timesteps: int) -> Array:
    """Return `(samples, time)` bool, True on the first `lengths` steps of each sample.

    >>> valid_steps(np.array([1, 3]), 3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 1]]
    """
    valid: Array = np.arange(timesteps) < lengths[:, None]
    return valid


def fill_padded_steps(values: Array, valid: Array, filler: float) -> Array:
    """Put `filler` on padded steps, so that no result can depend on what stood there."""
    axes = valid.reshape(valid.shape + (1,) * (values.ndim - 2))
    return np.where(axes, values, np.asarray(filler, values.dtype))


def equal_to_mask(x: Array, mask_value: float) -> Array:
    """Return `(samples, time)` bool, True where a step's every feature is the mask value."""
    return np.asarray(np.all(x == np.float32(mask_value), axis=tuple(range(2, x.ndim))))


def check_padding_value(x: Array, valid: Array, padding: float, names: Array, kind: str = "") -> None:
    """Raise SpecError if a real step looks like padding: the saved model sees values only."""
    hidden = equal_to_mask(x, padding) & valid
    if not hidden.any():
        return
    sample, step = np.argwhere(hidden)[0]
    if x.ndim == 2:
        message = f"sample {names[sample]}, step {step + 1} holds a 0, which `mask_zero` takes for padding"
        raise SpecError.of("padding-in-data", message, "number the tokens from 1, or leave `mask_zero` out")
    message = f"every feature of sequence {names[sample]}, step {step + 1} equals the padding value {padding:g}"
    why = "the model skips steps that hold the padding value; this one is real"
    help = "choose another `padding` in `data`, as `padding: -1000`"
    help += ", and write `mask_value: -1000` in the `Masking` layer" if kind == "layers" and x.ndim == 3 else ""
    raise SpecError.of("padding-in-data", message, help, why=why)


def check_real_steps(valid: Array, names: Array) -> None:
    """Raise SpecError if a sample has no real step."""
    empty = np.flatnonzero(~valid.any(axis=1))
    if len(empty):
        message = f"sample {names[empty[0]]} holds nothing but the padding value"
        raise SpecError.of("padding-in-data", message, "leave the sample out, or choose another `padding`")
