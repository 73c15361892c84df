"""The files of one part in NPY arrays, judged by their headers."""

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
"""What is held for each sample besides its numbers: its place in the file, in a part, and in a random order."""

ALWAYS_THERE = 2**26
"""Bytes that are not worth a look at how much memory there is."""

_KINDS = {
    "x": "numbers",
    "y": "numbers or text",
    "lengths": "whole numbers",
    "target_lengths": "whole numbers",
    "sample_weight": "numbers",
}
_LETTERS = {"x": "biuf", "y": "biufSU", "lengths": "iu", "target_lengths": "iu", "sample_weight": "biuf"}

OF_TEXT, OF_WHOLE_NUMBERS = ("S", "U"), ("i", "u")

SPARE_BATCH = ("leave out the axis of one in front of the samples: `x[0]`",)


@dataclass(frozen=True)
class LengthDiagnostic(DataDiagnostic):
    """An array has another number of samples than `x`.

    spare_batch: `x` has an axis of one in front of its samples; samples_second: the samples are the second axis of the
    array.
    """

    spare_batch: bool = False
    samples_second: bool = False


@dataclass(frozen=True)
class NpyFiles:
    """Where one part's arrays are; y is None where only predictions are wanted.

    target_lengths: a file, or as many real steps of every answer.
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
        """Return where the arrays stand, by their key."""
        return {key: array_place(path, key) for key, path in self.given().items()}


def inspect_arrays(files: NpyFiles) -> Header:
    """Read one part's headers. The key paths of its diagnostics start at the mapping that names the files."""
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
        message = f"`{key}` must hold {_KINDS[key]}, `{path}` has elements of kind `{header.kind}`"
        return DataDiagnostic((key,), "unreadable-data", message, help=(f"save it as {_KINDS[key]}",))
    if not header.shape or 0 in header.shape:
        message = f"`{path}` holds no samples: its shape is {header.shape}"
        return DataDiagnostic((key,), "unreadable-data", message, help=("the first axis counts the samples",))
    return header


def _diagnose_memory(files: NpyFiles, headers: dict[str, NpyHeader]) -> list[DataDiagnostic]:
    """Compare what is held whole with the memory: all but `x`, unless that is in an archive, which is no stream."""
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
    message = f"the arrays need {format_bytes(needed)} of memory, there are {format_bytes(available)}: {shapes}"
    helps = ("give fewer samples",) if streams else ("save `x` as `.npy` or HDF5, which are read batch by batch",)
    return [DataDiagnostic((key,), "out-of-memory", message, help=helps)]


def _batch_shape(header: NpyHeader | None) -> Shape | None:
    return (None, *header.shape[1:]) if header else None


def _diagnose_lengths(headers: dict[str, NpyHeader]) -> list[DataDiagnostic]:
    """Compare the number of samples of `y` and `lengths` with that of `x`."""
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
            message = f"`{key}` must be (batch,), got {format_shape((None, *lengths.shape[1:]))}"
            diagnostics.append(
                DataDiagnostic((key,), "rank-mismatch", message, help=("give each sample one number of steps",))
            )
    return diagnostics


def _length_diagnostic(key: str, shape: tuple[int, ...], samples: int, *, spare_batch: bool) -> LengthDiagnostic:
    message = f"`x` has {samples} samples, `{key}` has {shape[0]}"
    if shape == (1, samples):
        helps = (f"the samples come first: save it as `{key}.transpose(1, 0)`",)
        return LengthDiagnostic((key,), "data-length-mismatch", message, help=helps, samples_second=True)
    helps = SPARE_BATCH if spare_batch else ("the arrays' first axes count the same samples",)
    return LengthDiagnostic((key,), "data-length-mismatch", message, help=helps, spare_batch=spare_batch)


def diagnose_x(header: Header, signature: Signature) -> DataDiagnostic | None:
    """Compare the shape of `x` with the model's input; nothing of one whose first axis does not count samples."""
    miscounted = [each for each in header.diagnostics if isinstance(each, LengthDiagnostic)]
    if header.x_shape is None or any(each.spare_batch for each in miscounted):
        return None
    if miscounted and is_time_first(header.x_shape, signature, header.samples):
        return time_first(header.x_shape, signature, header.samples)
    return diagnose_input(header.x_shape, signature, ("x",), header.samples)


def _diagnose_padding_in_front(files: NpyFiles, headers: dict[str, NpyHeader]) -> list[DataDiagnostic]:
    """Look whether padding stands in front, though `lengths` counts steps from the first one on."""
    if "lengths" not in headers or len(headers["x"].shape) < 2:
        return []
    places = files.places()
    diagnostic = padded_in_front(places["x"], read_whole_numbers(places["lengths"]), headers["x"].shape[1])
    return [diagnostic] if diagnostic else []


def diagnose_arrays(header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
    """Compare one part's shapes with the model."""
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
    helps = (outputs_for_text(signature), "save `y.astype(float)` if its texts are numbers")
    return DataDiagnostic(("y",), "target-mismatch", "the model gives numbers, `y` holds text", help=helps)


def _diagnose_weights(shape: Shape | None, signature: Signature) -> DataDiagnostic | None:
    """Compare the shape of the weights with that of the outputs: one a sample, or one a step."""
    wanted = signature.output_shape[:-1]
    if shape is None or (len(shape) == len(wanted) and all(a in (None, b) for a, b in zip(wanted, shape, strict=True))):
        return None
    message = f"`sample_weight` is {format_shape(shape)}, the model's outputs are weighed by {format_shape(wanted)}"
    return DataDiagnostic(("sample_weight",), "rank-mismatch", message, help=("write one weight for each answer",))
