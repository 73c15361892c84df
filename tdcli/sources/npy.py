"""Arrays in NPY, NPZ or HDF5 files: samples, each with a target. Large files are not read whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import PositiveInt

from tdcli.signature import Signature
from tdcli.sources.arrays.ends import ends_of_samples, zero_ended
from tdcli.sources.arrays.npy_files import NpyFiles, diagnose_arrays, diagnose_x, inspect_arrays
from tdcli.sources.core.classes import ClassNames, Labels, diagnose_classes
from tdcli.sources.core.fit import diagnose_padding
from tdcli.sources.core.headers import header_reader
from tdcli.sources.core.paths import LocalPath
from tdcli.sources.core.section import DataDiagnostic, DataSection, Header
from tdcli.text.choice import AutoOrNot
from tdcli.text.section import Section


class Arrays(Section):
    """The files of one set: `x` `(samples, time, ...)`, and `y` and `lengths` with the same number of samples."""

    meanings: ClassVar[dict[str, str]] = {
        "x": "file of (samples, timesteps, ...), relative to the spec",
        "y": "file of the targets",
        "lengths": "file of (samples,): valid timesteps of each sample",
        "target_lengths": "file of (samples,), or one number: valid timesteps of targets with their own time axis",
        "sample_weight": "file of (samples,), or (samples, time) for an output per timestep: weight in the loss",
    }

    x: LocalPath
    y: LocalPath
    lengths: LocalPath | None = None
    target_lengths: LocalPath | PositiveInt | None = None
    sample_weight: LocalPath | None = None


def _arrays_in(arrays: Arrays | Npy, folder: Path) -> NpyFiles:
    lengths = folder / arrays.lengths if arrays.lengths else None
    weight = folder / arrays.sample_weight if arrays.sample_weight else None
    told = arrays.target_lengths
    steps = folder / told if isinstance(told, str) else told
    return NpyFiles(folder / arrays.x, folder / arrays.y, lengths, weight, steps)


class Npy(DataSection):
    """Arrays in `.npy` files, or in an `.npz` or HDF5 file of several arrays, of which `a.npz/name` is one.

    x: `(samples, time, features)` or frames `(samples, time, height, width, channels)`; y: with the
    shape of the model's outputs; lengths: `(samples,)`, the valid timesteps of samples padded at the end;
    target_lengths: the same for y, if it has a time axis of its own.
    """

    meanings: ClassVar[dict[str, str]] = {
        "x": "file of (samples, timesteps, ...), relative to the spec; `a.npz/name` or `a.h5/name` for one of several",
        "y": "file of the targets",
        "lengths": "file of (samples,): valid timesteps of each sample",
        "target_lengths": "file of (samples,), or one number: valid timesteps of targets with their own time axis",
        "sample_weight": "file of (samples,), or (samples, time) for an output per timestep: weight in the loss",
        "validation": "files of the validation set",
        "test": "files of the test set",
        "classes": "labels in the order of the class codes",
        "class_names": "names of the classes",
        "padding": "value of padded timesteps, in the units of the data",
        "scale": "standard, minmax, pixels (0 to 255 become 0 to 1) or none; fitted on the training set",
        "stream": "read samples from the file when they are needed; auto: if `x` would fill a third of the memory",
    }

    path_keys = ("x", "y", "lengths", "target_lengths", "sample_weight", "validation", "test")

    source: Literal["npy"]
    x: LocalPath
    y: LocalPath
    lengths: LocalPath | None = None
    target_lengths: LocalPath | PositiveInt | None = None
    sample_weight: LocalPath | None = None
    validation: Arrays | None = None
    test: Arrays | None = None
    classes: Labels | None = None
    class_names: ClassNames | None = None
    padding: float | None = None
    scale: Literal["standard", "minmax", "pixels", "none"] = "none"
    stream: AutoOrNot = "auto"

    @property
    def padding_value(self) -> float | None:
        """The value of padded timesteps; None if the spec has neither lengths nor padding."""
        return 0.0 if self.padding is None and self._tells_lengths else self.padding

    @property
    def _tells_lengths(self) -> bool:
        return any(each is not None and each.lengths for each in (self, self.validation, self.test))

    @property
    def scales(self) -> bool:
        """Whether features are scaled by statistics of the training set. Pixels are scaled by their range."""
        return self.scale in ("standard", "minmax")

    @property
    def marks_answers(self) -> bool:
        """Whether `target_lengths` is given."""
        return self.target_lengths is not None

    def zero_ends(self, folder: Path) -> tuple[str, list[int]]:
        """Return the end at which samples of `x` look padded with zeros, and the zero timesteps of each sample."""
        place = self.files(folder)["train"].places()["x"]
        return zero_ended(ends_of_samples(place).values()) if place.file.is_file() else ("", [])

    def files(self, folder: Path) -> dict[str, NpyFiles]:
        """Return the files of each set that has its own: `train` always, `validation` and `test` if given."""
        parts = {"train": self, "validation": self.validation, "test": self.test}
        return {name: _arrays_in(each, folder) for name, each in parts.items() if each}

    def inspect(self, folder: Path) -> Header:
        """Read the headers of the arrays. Reports wrong types, different numbers of samples, and truncated files."""
        headers = {name: inspect_arrays(files) for name, files in self.files(folder).items()}
        main = headers.pop("train")
        diagnostics = (
            *main.diagnostics,
            *(each.under(name) for name, header in headers.items() for each in header.diagnostics),
        )
        return replace(main, diagnostics=diagnostics, others=headers)

    def input_diagnostics(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare the shape of `x` in every set with the model's input."""
        parts = {"train": header, **header.others}
        diagnostics = {part: diagnose_x(each, signature) for part, each in parts.items()}
        return tuple(each if part == "train" else each.under(part) for part, each in diagnostics.items() if each)

    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare the shapes of the arrays with the model's input and outputs."""
        others = (
            each.under(name) for name, other in header.others.items() for each in diagnose_arrays(other, signature)
        )
        classes = diagnose_classes(self.classes, self.class_names, signature)
        given = tuple(key for key in ("lengths", "padding") if getattr(self, key) is not None)
        padding = diagnose_padding(self.padding_value, signature, given)
        found = (*diagnose_arrays(header, signature), *others, *classes, *padding)
        return (*found, *self._scale_diagnostics(signature), *self._target_length_diagnostics(signature))

    def first_targets(self, folder: Path) -> tuple[tuple[float, ...], ...]:
        """Return the targets of the first samples: the numbers along the last axis, or one number each."""
        y = self.files(folder)["train"].places()["y"]
        rows: tuple[tuple[float, ...], ...] = header_reader("npy").first_array_numbers(y)
        return rows

    @property
    def target_path(self) -> tuple[str, ...]:
        """The path of the key that names the targets."""
        return ("y",)

    def _target_length_diagnostics(self, signature: Signature) -> tuple[DataDiagnostic, ...]:
        if self.target_lengths is None or signature.own_steps:
            return ()
        message = "`target_lengths` is only for outputs with their own time axis, which this model does not have"
        help = ("remove `target_lengths`: the outputs have as many timesteps as the input",)
        return (DataDiagnostic(("target_lengths",), "wrong-value", message, help=help),)

    def _scale_diagnostics(self, signature: Signature) -> tuple[DataDiagnostic, ...]:
        if self.scale == "none" or (signature.step_shape and not signature.tokens):
            return ()
        taken = "token ids" if signature.tokens else "one number per timestep"
        message = f"`scale: {self.scale}` needs features, but the model takes {taken}"
        return (DataDiagnostic(("scale",), "wrong-value", message, help=("remove `scale`",)),)
