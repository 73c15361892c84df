"""Convert arrays into the parts of a Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.arrays.array_files import read_array
from tdcli.data.arrays.opened import OpenArrays, open_arrays, reads_on_demand, stored_samples
from tdcli.data.assembly import EncodingSpec, RawPart, build_dataset, encode_part
from tdcli.data.dataset import Array, Dataset, Part, chunks
from tdcli.data.labels import CellLocation, UnknownValueError
from tdcli.data.lazy import OnDemand
from tdcli.data.load import FileRequest, LoadRequest
from tdcli.data.padding import check_padding_value, check_real_steps, equal_to_mask, fill_padded_steps, valid_steps
from tdcli.data.splitting import Traits, check_split_conflicts, split_samples
from tdcli.machine import refuse_beyond_memory
from tdcli.signature import Signature
from tdcli.sources.arrays.npy_files import NpyFiles, diagnose_arrays, inspect_arrays
from tdcli.sources.core.classes import label_text, outputs_for_classes, outputs_for_yes_or_no
from tdcli.sources.core.fit import without_changes
from tdcli.sources.core.section import raise_if_any
from tdcli.text.errors import SpecError

AXES_OF_STEPS, AXES_OF_FRAMES = 3, 5
"""Number of axes of targets at every timestep, for numbers and for frames. The sample axis is included."""

BYTES_OF_NUMBER = 4
"""Numbers become float32, and token numbers int32."""


@dataclass(frozen=True)
class ArrayOptions:
    """How arrays are converted into samples.

    filler: the value on padded timesteps
    scale: the policy of `fit_scaling` for features and targets
    stream: whether `x` stays in its file; `auto` keeps it there if it is large
    classes: the classes in the order of their codes; None to collect them from the training set
    """

    filler: float = 0.0
    scale: str = "none"
    stream: bool | str = "auto"
    classes: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None


def load_arrays(files: Mapping[str, NpyFiles], options: ArrayOptions, request: LoadRequest) -> Dataset:
    """Split the arrays of `train`, and read the parts that have their own files. Raises SpecError."""
    split, signature = request.split, request.signature
    check_split_conflicts(split, files)
    main = open_arrays(files["train"])
    by = split.by if split.by not in (None, "given") else "random"
    traits = Traits(strata=_strata(main.y, signature))
    parts = split_samples(len(main.x), split, by, request.seed, traits, given_test="test" in files)
    raws = {name: _raw_part(main, index, options, signature) for name, index in parts.items()}
    for name in files.keys() - {"train"}:
        other = open_arrays(files[name])
        raws[name] = _raw_part(other, np.arange(len(other.x)), options, signature)
    spec = EncodingSpec(
        signature,
        classes=_listed_classes(options, main.y, signature),
        class_names=options.class_names,
        x_policies=[options.scale] * main.x.shape[-1],
        y_policies=["none" if options.scale == "pixels" else options.scale] * signature.units,
    )
    paths = dict.fromkeys(place.file for each in files.values() for place in each.places().values())
    return build_dataset(raws, spec, request.fitted, files=tuple(paths))


def refuse_misfit_arrays(files: Mapping[str, NpyFiles], signature: Signature) -> None:
    """Raise SpecError with all problems in the headers, or else with the shapes that do not fit the model."""
    headers = [inspect_arrays(each) for each in files.values()]
    raise_if_any(
        [diagnostic for header in headers for diagnostic in header.diagnostics]
        or [diagnostic for header in headers for diagnostic in diagnose_arrays(header, signature)]
    )


def load_array_file(
    request: FileRequest, options: ArrayOptions, signature: Signature, fitted: Mapping[str, Any]
) -> Part:
    """Read another `x`, and with `targets` its `y`, as one part. Raises SpecError."""
    files = NpyFiles(request.path, None if request.future else request.targets)
    header = inspect_arrays(files)
    raise_if_any(header.diagnostics or map(without_changes, diagnose_arrays(header, signature)))
    return read_array_part(files, options, signature, fitted)


def read_array_part(files: NpyFiles, options: ArrayOptions, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read other arrays for the same model as one part. Raises SpecError."""
    arrays = open_arrays(files)
    raw = _raw_part(arrays, np.arange(len(arrays.x)), options, signature)
    return encode_part(raw, signature, tuple(fitted.get("classes", ())) or None)


def _raw_part(arrays: OpenArrays, index: Array, options: ArrayOptions, signature: Signature) -> RawPart:
    lengths = None if arrays.lengths is None else _sample_lengths(arrays.lengths, arrays.files.lengths, arrays.x, index)
    valid = None if lengths is None else valid_steps(lengths, arrays.x.shape[1])
    x: Array | OnDemand
    if reads_on_demand(arrays, options.stream, signature):
        x = stored_samples(arrays, index, lengths, options.filler)
    else:
        x = _read_samples(arrays, index, integers=signature.tokens or not signature.step_shape)
        x = x if valid is None else fill_padded_steps(x, valid, options.filler)
    valid = _check_samples(x, valid, arrays, index, signature)
    y_valid = answered = _measured_answers(arrays, index)
    if signature.answers_steps:
        y_valid = valid
    y = None if arrays.y is None else _read_targets(arrays, index, y_valid, signature)
    return RawPart(
        x,
        y,
        index,
        valid,
        answered,
        weight=_sample_weights(arrays, index, y_valid),
        location=lambda position: _sample_location(arrays.files.y, index, position),
    )


def _measured_answers(arrays: OpenArrays, index: Array) -> Array | None:
    """Return `(samples, time)`: which timesteps of y are real. None if y has no lengths of its own."""
    if arrays.target_lengths is None or arrays.y is None:
        return None
    lengths = _sample_lengths(arrays.target_lengths, arrays.files.target_lengths, arrays.y, index)
    return valid_steps(lengths, arrays.y.shape[1])


def _sample_weights(arrays: OpenArrays, index: Array, valid: Array | None) -> Array | None:
    if arrays.weight is None:
        return None
    weights = _to_float32(np.asarray(arrays.weight)[index])
    if valid is not None and weights.shape == valid.shape:
        weights = fill_padded_steps(weights, valid, 0)
    _refuse_not_finite(weights, arrays.files.sample_weight, index)
    if (weights < 0).any():
        first = tuple(map(int, np.argwhere(weights < 0)[0]))
        location = _sample_location(arrays.files.sample_weight, index, first)
        message = f"the weight of {location.text} is {weights[first]:g}, but weights cannot be negative"
        raise SpecError.of("wrong-value", message, "write weights of 0 or more into the array")
    return weights


def _read_samples(arrays: OpenArrays, index: Array, *, integers: bool) -> Array:
    """Read samples into memory. Raises SpecError if there is not enough memory."""
    place, x = arrays.files.places()["x"], arrays.x
    read = 0 if isinstance(x, np.ndarray) else x.size * x.dtype.itemsize
    of_part = x.size // max(1, len(x)) * len(index)
    help = "remove `stream: false`" if place.format != "npz" else "save `x` as `.npy`, which is read batch by batch"
    refuse_beyond_memory(read + of_part * (x.dtype.itemsize + BYTES_OF_NUMBER), f"`{place.file}`", help)
    return _to_float32(read_array(x, place)[index], integers=integers)


def _check_samples(
    x: Array | OnDemand, valid: Array | None, arrays: OpenArrays, index: Array, signature: Signature
) -> Array | None:
    """Return which timesteps are real. Raises SpecError at NaN, infinity, or real timesteps that look like padding."""
    padding, mask_value = [], signature.mask_value
    for place, chunk in chunks(x):
        _refuse_not_finite(chunk, arrays.files.x, index[place])
        if mask_value is not None and valid is None:
            padding.append(equal_to_mask(chunk, mask_value))
        elif mask_value is not None and valid is not None:
            check_padding_value(chunk, valid[place], mask_value, index[place], signature.kind)
    if not padding:
        return valid
    real = ~np.concatenate(padding)
    check_real_steps(real, index)
    return np.asarray(real)


def _to_float32(values: Array, *, integers: bool = False) -> Array:
    """Return values as float32, or as int32 for token numbers, which an Embedding reads."""
    kind = np.int32 if integers and values.dtype.kind in "iub" else np.float32
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(values, dtype=kind)


def _sample_lengths(every: Array, source: Path | int | None, of: Array, index: Array) -> Array:
    """Return the lengths of some samples of an array. Raises SpecError if the array has fewer timesteps."""
    lengths, longest = np.asarray(every)[index], of.shape[1]
    wrong = np.flatnonzero((lengths < 1) | (lengths > longest))
    if len(wrong):
        origin = source if isinstance(source, Path) else "target_lengths"
        sample, length = index[wrong[0]], lengths[wrong[0]]
        message = f"`{origin}` gives sample {sample} a length of {length}, but samples have {longest} timesteps"
        raise SpecError.of("data-length-mismatch", message, f"write lengths from 1 to {longest}")
    return lengths


def _refuse_not_finite(values: Array, path: Path | None, index: Array, axes: int = 2) -> None:
    """Raise SpecError at the first NaN or infinity. The first `axes` axes, samples and timesteps, locate it."""
    finite = np.isfinite(values)
    if finite.all():
        return
    first = np.argwhere(~finite)[0]
    what = "NaN" if np.isnan(values[tuple(first)]) else "infinity"
    message = f"{_sample_location(path, index, tuple(first[:axes])).text} contains {what}"
    raise SpecError.of("not-finite", message, "replace the value, or remove the sample")


def _sample_location(path: Path | None, index: Array, position: tuple[int, ...]) -> CellLocation:
    step = f", timestep {position[1]}" if len(position) > 1 else ""
    return CellLocation(f"sample {index[position[0]]}{step} of `{path}`")


def _read_targets(arrays: OpenArrays, index: Array, valid: Array | None, signature: Signature) -> Array:
    y = np.asarray(arrays.y)[index]
    if signature.takes == "classes":
        return _read_labels(y, arrays, index, valid, signature)
    numbers = _to_float32(y.reshape(*y.shape, 1) if y.ndim < len(signature.output_shape) else y)
    if valid is not None:
        numbers = fill_padded_steps(numbers, valid, 0)
    has_steps = len(signature.output_shape) in (AXES_OF_STEPS, AXES_OF_FRAMES)
    _refuse_not_finite(numbers, arrays.files.y, index, axes=2 if has_steps else 1)
    return numbers


def _read_labels(y: Array, arrays: OpenArrays, index: Array, valid: Array | None, signature: Signature) -> Array:
    """Return one label for each sample or timestep. A one-hot row becomes the position of its 1."""
    y = y.astype(np.int8) if y.dtype.kind == "b" else y
    if y.ndim < len(signature.output_shape):
        return y
    if signature.units == 1 or y.shape[-1] == 1:
        return y[..., 0]
    one_hot = ((y == 0) | (y == 1)).all(axis=-1) & (y.sum(axis=-1) == 1)
    one_hot |= False if valid is None else ~valid  # the values at padded timesteps need not be classes
    if not one_hot.all():
        location = _sample_location(arrays.files.y, index, tuple(int(each) for each in np.argwhere(~one_hot)[0]))
        raise UnknownValueError.of(
            "label-out-of-range", f"the target of {location.text} is not one-hot", *_one_hot_help(y, signature)
        )
    codes: Array = y.argmax(axis=-1)
    return codes


def _one_hot_help(y: Array, signature: Signature) -> tuple[str, ...]:
    """Return what to write for rows that are not one-hot: they may be numbers, or several classes at once."""
    if ((y == 0) | (y == 1)).all():
        return (
            "write exactly one 1 in each row, or class indices of shape (batch,)",
            f"{outputs_for_yes_or_no(signature)} and `loss: binary_crossentropy` if a sample has several classes",
        )
    return (
        f"{outputs_for_yes_or_no(signature)} and `loss: mse` if the targets are numbers from 0 to 1",
        "write exactly one 1 in each row if the targets are classes",
    )


def _listed_classes(options: ArrayOptions, y: Array | None, signature: Signature) -> tuple[str, ...] | None:
    """Return the classes, or None to collect them from the training set.

    Numbers are class indices if the spec lists no classes.
    """
    if options.classes or signature.takes == "numbers" or y is None:
        return options.classes
    if y.dtype.kind not in "SU":
        return tuple(str(code) for code in range(outputs_for_classes(signature)))
    names = options.class_names or ()
    texts = {label_text(each) for each in np.unique(np.asarray(y))}
    return names if texts <= set(names) else None


def _strata(y: Array | None, signature: Signature) -> Array | None:
    """Return the label of each sample for a stratified split; None if samples have no single label."""
    if y is None or signature.takes == "numbers" or signature.returns_sequences:
        return None
    return np.asarray(y).reshape(len(y), -1).argmax(axis=1) if y.ndim > 1 and y.shape[1] > 1 else np.ravel(y)
