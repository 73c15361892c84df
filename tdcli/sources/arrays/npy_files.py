"""Check the arrays of a training, validation or test set by their headers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tdcli.shapes import Shape, format_shape
from tdcli.signature import Signature
from tdcli.sources.arrays.array_place import ArrayPlace, NpyError, array_place
from tdcli.sources.arrays.ends import read_whole_numbers
from tdcli.sources.arrays.npy_header import NpyHeader, read_array_header
from tdcli.sources.arrays.padded_in_front import padded_in_front
from tdcli.sources.core.classes import outputs_for_text
from tdcli.sources.core.fit import diagnose_input, is_time_first, time_first
from tdcli.sources.core.paths import diagnose_unreadable
from tdcli.sources.core.section import DataDiagnostic, Header
from tdcli.sources.core.target_fit import diagnose_target
from tdcli.text.quantities import format_bytes

BYTES_OF_SAMPLE = 24
"""Memory per sample besides its numbers: its index in the file, in its set, and in a random order."""

ALWAYS_THERE = 2**26
"""Bytes. Smaller arrays are not compared with the available memory."""

_KINDS = {
    "x": "numbers",
    "y": "numbers or text",
    "lengths": "whole numbers",
    "target_lengths": "whole numbers",
    "sample_weight": "numbers",
}
_LETTERS = {"x": "biuf", "y": "biufSU", "lengths": "iu", "target_lengths": "iu", "sample_weight": "biuf"}

OF_TEXT, OF_WHOLE_NUMBERS = ("S", "U"), ("i", "u")

SPARE_BATCH = ("remove the leading axis of size 1: `x[0]`",)


@dataclass(frozen=True)
class LengthDiagnostic(DataDiagnostic):
    """An array and `x` have different numbers of samples.

    spare_batch: `x` has a leading axis of size 1. samples_second: the second axis of the array counts the samples.
    """

    spare_batch: bool = False
    samples_second: bool = False


@dataclass(frozen=True)
class NpyFiles:
    """The files of one set. `y` is None if only predictions are needed.

    target_lengths: a file, or the number of valid timesteps of every target.
    """

    x: Path
    y: Path | None = None
    lengths: Path | None = None
    sample_weight: Path | None = None
    target_lengths: Path | int | None = None

    def given(self) -> dict[str, Path]:
        """Return the files by their key in the spec."""
        files = {"x": self.x, "y": self.y, "lengths": self.lengths, "sample_weight": self.sample_weight}
        files["target_lengths"] = self.target_lengths if isinstance(self.target_lengths, Path) else None
        return {key: path for key, path in files.items() if path is not None}

    def places(self) -> dict[str, ArrayPlace]:
        """Return the location of each array, by its key."""
        return {key: array_place(path, key) for key, path in self.given().items()}


def inspect_arrays(files: NpyFiles) -> Header:
    """Read the headers of one set. The key paths of the diagnostics start at the mapping that names the files."""
    headers: dict[str, NpyHeader] = {}
    diagnostics: list[DataDiagnostic] = []
    for key, path in files.given().items():
        read = _read_header_of(path, key)
        if isinstance(read, DataDiagnostic):
            diagnostics.append(read)
        else:
            headers[key] = read
    diagnostics += _diagnose_lengths(headers) or _diagnose_memory(files, headers)
    diagnostics += [] if diagnostics else _diagnose_padding_in_front(files, headers)
    x, y = headers.get("x"), headers.get("y")
    samples = x.shape[0] if x and x.shape else None
    weight = _batch_shape(headers.get("sample_weight"))
    return Header(
        _batch_shape(x), _batch_shape(y), tuple(diagnostics), y.kind if y else "", samples=samples, weight_shape=weight
    )


def _read_header_of(path: Path, key: str) -> NpyHeader | DataDiagnostic:
    place = array_place(path, key)
    diagnostic = diagnose_unreadable(place.file, (key,))
    if diagnostic:
        return diagnostic
    try:
        header = read_array_header(place)
    except NpyError as error:
        return DataDiagnostic((key,), "unreadable-data", f"`{place.file}` {error}", help=(error.help,))
    if header.kind not in _LETTERS[key]:
        message = f"`{key}` must hold {_KINDS[key]}, but the elements of `{path}` have NumPy's kind `{header.kind}`"
        return DataDiagnostic((key,), "unreadable-data", message, help=(f"save the array as {_KINDS[key]}",))
    if not header.shape or 0 in header.shape:
        message = f"`{path}` has no samples: its shape is {header.shape}"
        return DataDiagnostic((key,), "unreadable-data", message, help=("save an array whose first axis is samples",))
    return header


def _diagnose_memory(files: NpyFiles, headers: dict[str, NpyHeader]) -> list[DataDiagnostic]:
    """Compare the arrays that are loaded whole with the memory. `x` is read in batches unless it is in an archive."""
    streams = files.places()["x"].format != "npz"
    held = {key: each.bytes for key, each in headers.items() if key != "x" or not streams}
    held["x"] = held.get("x", 0) + BYTES_OF_SAMPLE * max((each.shape[0] for each in headers.values()), default=0)
    needed = sum(held.values())
    if needed < ALWAYS_THERE:
        return []
    from tdcli.machine import available_memory

    available = available_memory()
    if needed <= available:
        return []
    key = max(held, key=lambda each: held[each])
    shapes = ", ".join(f"`{name}` {each.shape}" for name, each in headers.items())
    message = f"the arrays need {format_bytes(needed)} of memory, but {format_bytes(available)} are available: {shapes}"
    helps = ("use fewer samples",) if streams else ("save `x` as `.npy` or HDF5, which are read batch by batch",)
    return [DataDiagnostic((key,), "out-of-memory", message, help=helps)]


def _batch_shape(header: NpyHeader | None) -> Shape | None:
    return (None, *header.shape[1:]) if header else None


def _diagnose_lengths(headers: dict[str, NpyHeader]) -> list[DataDiagnostic]:
    """Compare the number of samples in the other arrays with that of `x`."""
    if "x" not in headers:
        return []
    samples, steps = headers["x"].shape[0], headers["x"].shape[1:2]
    spare_batch = samples == 1 and all(each.shape[:1] == steps for key, each in headers.items() if key != "x")
    diagnostics: list[DataDiagnostic] = [
        _length_diagnostic(key, each.shape, samples, spare_batch=spare_batch)
        for key, each in headers.items()
        if each.shape[0] != samples
    ]
    for key in ("lengths", "target_lengths"):
        lengths = headers.get(key)
        if lengths and len(lengths.shape) != 1:
            message = f"`{key}` must have the shape (batch,), got {format_shape((None, *lengths.shape[1:]))}"
            diagnostics.append(
                DataDiagnostic((key,), "rank-mismatch", message, help=("save one number of timesteps per sample",))
            )
    return diagnostics


def _length_diagnostic(key: str, shape: tuple[int, ...], samples: int, *, spare_batch: bool) -> LengthDiagnostic:
    message = f"`x` has {samples} samples, but `{key}` has {shape[0]}"
    if shape == (1, samples):
        helps = (f"put the samples first: `{key}.transpose(1, 0)`",)
        return LengthDiagnostic((key,), "data-length-mismatch", message, help=helps, samples_second=True)
    helps = SPARE_BATCH if spare_batch else ("save the arrays with the same samples along their first axes",)
    return LengthDiagnostic((key,), "data-length-mismatch", message, help=helps, spare_batch=spare_batch)


def diagnose_x(header: Header, signature: Signature) -> DataDiagnostic | None:
    """Compare the shape of `x` with the model's input. Returns None if the first axis of `x` is not samples."""
    miscounted = [each for each in header.diagnostics if isinstance(each, LengthDiagnostic)]
    if header.x_shape is None or any(each.spare_batch for each in miscounted):
        return None
    if miscounted and is_time_first(header.x_shape, signature, header.samples):
        return time_first(header.x_shape, signature, header.samples)
    return diagnose_input(header.x_shape, signature, ("x",), header.samples)


def _diagnose_padding_in_front(files: NpyFiles, headers: dict[str, NpyHeader]) -> list[DataDiagnostic]:
    """Detect padding at the start of samples, where `lengths` counts timesteps from the first one."""
    if "lengths" not in headers or len(headers["x"].shape) < 2:
        return []
    places = files.places()
    diagnostic = padded_in_front(places["x"], read_whole_numbers(places["lengths"]), headers["x"].shape[1])
    return [diagnostic] if diagnostic else []


def diagnose_arrays(header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
    """Compare the shapes of one set with the model."""
    found = [diagnose_x(header, signature)]
    is_one_series = header.samples == 1 and found[0] is not None
    miscounted_y = [
        each for each in header.diagnostics if isinstance(each, LengthDiagnostic) and each.key_path == ("y",)
    ]
    is_turned = any(each.samples_second for each in miscounted_y)
    if header.y_kind in OF_TEXT and signature.takes == "numbers":
        found.append(_text_for_numbers(signature))
    elif header.y_shape and not (is_one_series or is_turned):
        found.append(diagnose_target(header.y_shape, signature, ("y",), is_whole=header.y_kind in OF_WHOLE_NUMBERS))
    found.append(_diagnose_weights(header.weight_shape, signature))
    return tuple(each for each in found if each)


def _text_for_numbers(signature: Signature) -> DataDiagnostic:
    helps = (outputs_for_text(signature), "save `y.astype(float)` if `y` holds numbers as text")
    return DataDiagnostic(("y",), "target-mismatch", "the model outputs numbers, but `y` holds text", help=helps)


def _diagnose_weights(shape: Shape | None, signature: Signature) -> DataDiagnostic | None:
    """Compare the shape of the weights with that of the outputs: one weight per sample, or one per timestep."""
    wanted = signature.output_shape[:-1]
    if shape is None or (len(shape) == len(wanted) and all(a in (None, b) for a, b in zip(wanted, shape, strict=True))):
        return None
    given, expected = format_shape(shape), format_shape(wanted)
    message = f"`sample_weight` has the shape {given}, but the model's outputs need weights of the shape {expected}"
    helps = (f"save an array of the shape {expected}",)
    return DataDiagnostic(("sample_weight",), "rank-mismatch", message, help=helps)
