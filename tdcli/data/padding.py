"""Padding: which timesteps are real, and overwriting the others."""

import numpy as np

from tdcli.data.dataset import Array
from tdcli.text.errors import SpecError


def valid_steps(lengths: Array, timesteps: int) -> Array:
    """Return `(samples, time)` bool, True on the first `lengths` timesteps of each sample.

    >>> valid_steps(np.array([1, 3]), 3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 1]]
    """
    valid: Array = np.arange(timesteps) < lengths[:, None]
    return valid


def fill_padded_steps(values: Array, valid: Array, filler: float) -> Array:
    """Replace padded timesteps by `filler`, so that no result depends on their original values."""
    axes = valid.reshape(valid.shape + (1,) * (values.ndim - 2))
    return np.where(axes, values, np.asarray(filler, values.dtype))


def equal_to_mask(x: Array, mask_value: float) -> Array:
    """Return `(samples, time)` bool, True if all features of a timestep equal the mask value."""
    return np.asarray(np.all(x == np.float32(mask_value), axis=tuple(range(2, x.ndim))))


def check_padding_value(x: Array, valid: Array, padding: float, names: Array, kind: str = "") -> None:
    """Raise SpecError if a real timestep looks like padding, which a saved model recognises only by its values."""
    hidden = equal_to_mask(x, padding) & valid
    if not hidden.any():
        return
    sample, step = np.argwhere(hidden)[0]
    if x.ndim == 2:
        message = f"sample {names[sample]}, timestep {step + 1} is the token 0, which `mask_zero` treats as padding"
        raise SpecError.of("padding-in-data", message, "number the tokens from 1, or remove `mask_zero`")
    message = f"all features of sequence {names[sample]}, timestep {step + 1} equal the padding value {padding:g}"
    why = "the model skips timesteps with the padding value, but this timestep is real"
    help = "choose another `padding` in `data`, such as `padding: -1000`"
    help += ", and write `mask_value: -1000` in the `Masking` layer" if kind == "layers" and x.ndim == 3 else ""
    raise SpecError.of("padding-in-data", message, help, why=why)


def check_real_steps(valid: Array, names: Array) -> None:
    """Raise SpecError if a sample has no real timestep."""
    empty = np.flatnonzero(~valid.any(axis=1))
    if len(empty):
        message = f"sample {names[empty[0]]} contains only the padding value"
        raise SpecError.of("padding-in-data", message, "remove the sample, or choose another `padding`")
