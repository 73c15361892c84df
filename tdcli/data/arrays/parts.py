"""NPY arrays to parts of a Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tdcli.data.arrays.array_files import in_memory
from tdcli.data.arrays.opened import Opened, opened, stays_in_file, stored
from tdcli.data.assembly import Raw, Recipe, assembled, finished
from tdcli.data.dataset import Array, Dataset, Part, chunks
from tdcli.data.labels import Place, UnknownValueError
from tdcli.data.lazy import OnDemand
from tdcli.data.padding import equal_to_mask, overwritten, refuse_only_padding, refuse_real_padding, valid_steps
from tdcli.data.splitting import Traits, parted, refuse_doubled
from tdcli.machine import refuse_beyond_memory
from tdcli.signature import Signature
from tdcli.sources.arrays.npy_files import NpyFiles
from tdcli.sources.core.classes import label_text, outputs_for_classes, outputs_for_yes_or_no
from tdcli.sources.core.split import Split
from tdcli.text.diagnostic import UserError

if TYPE_CHECKING:
    from tdcli.sources.npy import Npy

AXES_OF_STEPS, AXES_OF_FRAMES = 3, 5
"""Of answers a step, with the samples: numbers, and frames."""

BYTES_OF_NUMBER = 4
"""Numbers become float32, whole ones int32."""


def load_npy(
    section: Npy,
    files: Mapping[str, NpyFiles],
    signature: Signature,
    split: Split,
    seed: int,
    learnt: Mapping[str, Any] | None = None,
) -> Dataset:
    """Part the arrays, and read those parts that have files of their own."""
    refuse_doubled(split, files)
    main = opened(files["train"])
    by = split.by if split.by not in (None, "given") else "random"
    traits = Traits(strata=_one_label(main.y, signature))
    parts = parted(len(main.x), split, by, seed, traits, given_test="test" in files)
    raws = {name: _raw(main, index, section, signature) for name, index in parts._asdict().items() if index is not None}
    for name in files.keys() - {"train"}:
        other = opened(files[name])
        raws[name] = _raw(other, np.arange(len(other.x)), section, signature)
    recipe = Recipe(
        signature,
        classes=_listed_classes(section, main.y, signature),
        class_names=section.class_names,
        x_policies=[section.scale] * main.x.shape[-1],
        y_policies=["none" if section.scale == "pixels" else section.scale] * signature.units,
    )
    paths = dict.fromkeys(place.file for each in files.values() for place in each.places().values())
    return assembled(raws, recipe, learnt, files=tuple(paths))


def load_npy_part(section: Npy, files: NpyFiles, signature: Signature, learnt: Mapping[str, Any]) -> Part:
    """Read other arrays for the same model as one part."""
    arrays = opened(files)
    raw = _raw(arrays, np.arange(len(arrays.x)), section, signature)
    return finished(raw, signature, tuple(learnt.get("classes", ())) or None)


def _raw(arrays: Opened, index: Array, section: Npy, signature: Signature) -> Raw:
    lengths = None if arrays.lengths is None else _lengths(arrays.lengths, arrays.files.lengths, arrays.x, index)
    filler = section.padding_value or 0.0
    valid = None if lengths is None else valid_steps(lengths, arrays.x.shape[1])
    x: Array | OnDemand
    if stays_in_file(arrays, section.stream, signature):
        x = stored(arrays, index, lengths, filler)
    else:
        x = _held(arrays, index, integers=signature.tokens or not signature.step_shape)
        x = x if valid is None else overwritten(x, valid, filler)
    valid = _checked(x, valid, arrays, index, signature)
    y_valid = answered = _answered(arrays, index)
    if signature.answers_steps:
        y_valid = valid
    y = None if arrays.y is None else _target(arrays, index, y_valid, signature)
    return Raw(
        x,
        y,
        index,
        valid,
        answered,
        weight=_weight(arrays, index, y_valid),
        place=lambda position: _place(arrays.files.y, index, position),
    )


def _answered(arrays: Opened, index: Array) -> Array | None:
    """Return which steps of y are real where they have lengths of their own, `(samples, time)`."""
    if arrays.target_lengths is None or arrays.y is None:
        return None
    lengths = _lengths(arrays.target_lengths, arrays.files.target_lengths, arrays.y, index)
    return valid_steps(lengths, arrays.y.shape[1])


def _weight(arrays: Opened, index: Array, valid: Array | None) -> Array | None:
    if arrays.weight is None:
        return None
    weights = _numbers(np.asarray(arrays.weight)[index])
    if valid is not None and weights.shape == valid.shape:
        weights = overwritten(weights, valid, 0)
    _refuse_not_finite(weights, arrays.files.sample_weight, index)
    if (weights < 0).any():
        place = _place(arrays.files.sample_weight, index, tuple(map(int, np.argwhere(weights < 0)[0])))
        message = f"{place.text} weighs {weights.min():g}: a weight is 0 or more"
        raise UserError.of("wrong-value", message, "correct the array")
    return weights


def _held(arrays: Opened, index: Array, *, integers: bool) -> Array:
    """Read samples into memory. Raises UserError where there is not enough of it."""
    place, x = arrays.files.places()["x"], arrays.x
    read = 0 if isinstance(x, np.ndarray) else x.size * x.dtype.itemsize
    of_part = x.size // max(1, len(x)) * len(index)
    help = "leave out `stream: false`" if place.format != "npz" else "save `x` as `.npy`, which is read batch by batch"
    refuse_beyond_memory(read + of_part * (x.dtype.itemsize + BYTES_OF_NUMBER), f"`{place.file}`", help)
    return _numbers(in_memory(x, place)[index], integers=integers)


def _checked(
    x: Array | OnDemand, valid: Array | None, arrays: Opened, index: Array, signature: Signature
) -> Array | None:
    """Refuse numbers that are none, and real steps that look like padding; return which steps are real."""
    padding, mask_value = [], signature.mask_value
    for place, chunk in chunks(x):
        _refuse_not_finite(chunk, arrays.files.x, index[place])
        if mask_value is not None and valid is None:
            padding.append(equal_to_mask(chunk, mask_value))
        elif mask_value is not None and valid is not None:
            refuse_real_padding(chunk, valid[place], mask_value, index[place], signature.kind)
    if not padding:
        return valid
    real = ~np.concatenate(padding)
    refuse_only_padding(real, index)
    return np.asarray(real)


def _numbers(values: Array, *, integers: bool = False) -> Array:
    """Return float32; int32 for token numbers, which an Embedding reads."""
    kind = np.int32 if integers and values.dtype.kind in "iub" else np.float32
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(values, dtype=kind)


def _lengths(every: Array, source: Path | int | None, of: Array, index: Array) -> Array:
    """Return the lengths of some samples of an array. Raises UserError where it has no so many steps."""
    lengths, longest = np.asarray(every)[index], of.shape[1]
    wrong = np.flatnonzero((lengths < 1) | (lengths > longest))
    if len(wrong):
        told_by = source if isinstance(source, Path) else "target_lengths"
        message = f"`{told_by}` gives sample {index[wrong[0]]} {lengths[wrong[0]]} steps of {longest}"
        raise UserError.of("data-length-mismatch", message, f"a sample has between 1 and {longest} steps")
    return lengths


def _refuse_not_finite(values: Array, path: Path | None, index: Array, axes: int = 2) -> None:
    """Raise UserError at the first number that is none; axes: those that tell a place, samples and steps."""
    finite = np.isfinite(values)
    if finite.all():
        return
    first = np.argwhere(~finite)[0]
    what = "NaN" if np.isnan(values[tuple(first)]) else "infinity"
    message = f"{_place(path, index, tuple(first[:axes])).text} holds {what}"
    raise UserError.of("not-finite", message, "replace it, or leave the sample out")


def _place(path: Path | None, index: Array, position: tuple[int, ...]) -> Place:
    step = f", step {position[1]}" if len(position) > 1 else ""
    return Place(f"sample {index[position[0]]}{step} of `{path}`")


def _target(arrays: Opened, index: Array, valid: Array | None, signature: Signature) -> Array:
    y = np.asarray(arrays.y)[index]
    if signature.takes == "classes":
        return _labels(y, arrays, index, valid, signature)
    numbers = _numbers(y.reshape(*y.shape, 1) if y.ndim < len(signature.output_shape) else y)
    if valid is not None:
        numbers = overwritten(numbers, valid, 0)
    has_steps = len(signature.output_shape) in (AXES_OF_STEPS, AXES_OF_FRAMES)
    _refuse_not_finite(numbers, arrays.files.y, index, axes=2 if has_steps else 1)
    return numbers


def _labels(y: Array, arrays: Opened, index: Array, valid: Array | None, signature: Signature) -> Array:
    """Return one label a place: one-hot rows become the number of their 1."""
    y = y.astype(np.int8) if y.dtype.kind == "b" else y
    if y.ndim < len(signature.output_shape):
        return y
    if signature.units == 1 or y.shape[-1] == 1:
        return y[..., 0]
    one_hot = ((y == 0) | (y == 1)).all(axis=-1) & (y.sum(axis=-1) == 1)
    one_hot |= False if valid is None else ~valid  # what stands at padded steps need not be a class
    if not one_hot.all():
        place = _place(arrays.files.y, index, tuple(int(each) for each in np.argwhere(~one_hot)[0]))
        raise UnknownValueError.of(
            "label-out-of-range", f"the row at {place.text} is not one-hot", *_for_no_class(y, signature)
        )
    codes: Array = y.argmax(axis=-1)
    return codes


def _for_no_class(y: Array, signature: Signature) -> tuple[str, ...]:
    """Say what rows can be that are no classes: numbers, or several classes at once."""
    if ((y == 0) | (y == 1)).all():
        return (
            "write a single 1 a row, or class indices of shape (batch,)",
            f"{outputs_for_yes_or_no(signature)} and `loss: binary_crossentropy` for several classes at once",
        )
    return (
        f"{outputs_for_yes_or_no(signature)} and `loss: mse` for numbers from 0 to 1",
        "write a single 1 a row for classes",
    )


def _listed_classes(section: Npy, y: Array | None, signature: Signature) -> tuple[str, ...] | None:
    """Return the classes unless they are to be learnt: numbers are class indices where none are listed."""
    if section.classes or signature.takes == "numbers" or y is None:
        return section.classes
    if y.dtype.kind not in "SU":
        return tuple(str(code) for code in range(outputs_for_classes(signature)))
    names = section.class_names or ()
    texts = {label_text(each) for each in np.unique(np.asarray(y))}
    return names if texts <= set(names) else None


def _one_label(y: Array | None, signature: Signature) -> Array | None:
    """Return what stratifies samples: one label each; None if there is no such thing."""
    if y is None or signature.takes == "numbers" or signature.returns_sequences:
        return None
    return np.asarray(y).reshape(len(y), -1).argmax(axis=1) if y.ndim > 1 and y.shape[1] > 1 else np.ravel(y)
