"""Arrays in NPY, NPZ or HDF5 files: samples with a target each, mapped into memory rather than read whole."""

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
    """The files of one part: `x` `(samples, time, ...)`, `y` and `lengths` with as many samples."""

    meanings: ClassVar[dict[str, str]] = {
        "x": "file of (samples, timesteps, ...), relative to the spec",
        "y": "file of the targets",
        "lengths": "file of (samples,): valid timesteps",
        "target_lengths": "file of (samples,), or one number: valid steps of targets with a time axis of their own",
        "sample_weight": "file of (samples,), or (samples, time) for an output a step: what each counts in the loss",
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
    """Arrays in `.npy` files, or in an `.npz` or HDF5 file of several, where `a.npz/name` names one of them.

    x: `(samples, time, features)` or frames `(samples, time, height, width, channels)`; y: as the
    kind fixes it; lengths: `(samples,)`, the valid steps of arrays padded at the end; target_lengths: the
    same of y, where its steps are other ones than those of x.
    """

    meanings: ClassVar[dict[str, str]] = {
        "x": "file of (samples, timesteps, ...), relative to the spec; `a.npz/name` or `a.h5/name` for one of several",
        "y": "file of the targets",
        "lengths": "file of (samples,): valid timesteps",
        "target_lengths": "file of (samples,), or one number: valid steps of targets with a time axis of their own",
        "sample_weight": "file of (samples,), or (samples, time) for an output a step: what each counts in the loss",
        "validation": "files of a part of its own",
        "test": "files of a part of its own",
        "classes": "labels in the order of their codes",
        "class_names": "what the classes are called",
        "padding": "value of padded timesteps, in the data's units",
        "scale": "standard, minmax, pixels or none; fitted on the training part",
        "stream": "read samples from the file when they are needed; auto: where `x` would fill a third of the memory",
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
        """The value on padded steps; None where the spec speaks of neither lengths nor padding."""
        return 0.0 if self.padding is None and self._tells_lengths else self.padding

    @property
    def _tells_lengths(self) -> bool:
        return any(each is not None and each.lengths for each in (self, self.validation, self.test))

    @property
    def scales(self) -> bool:
        """Whether features are scaled by what the training part teaches; pixels are by what they are."""
        return self.scale in ("standard", "minmax")

    @property
    def marks_answers(self) -> bool:
        """Whether `target_lengths` is given."""
        return self.target_lengths is not None

    def zero_ends(self, folder: Path) -> tuple[str, list[int]]:
        """Return at which end samples of `x` hold zeros of several lengths, and of how many steps each."""
        place = self.files(folder)["train"].places()["x"]
        return zero_ended(ends_of_samples(place).values()) if place.file.is_file() else ("", [])

    def files(self, folder: Path) -> dict[str, NpyFiles]:
        """Return the files of each part that has its own: `train` always, `validation` and `test` if given."""
        parts = {"train": self, "validation": self.validation, "test": self.test}
        return {name: _arrays_in(each, folder) for name, each in parts.items() if each}

    def inspect(self, folder: Path) -> Header:
        """Read the arrays' headers: shapes, types, lengths that differ, files that are cut short."""
        headers = {name: inspect_arrays(files) for name, files in self.files(folder).items()}
        main = headers.pop("train")
        diagnostics = (
            *main.diagnostics,
            *(each.under(name) for name, header in headers.items() for each in header.diagnostics),
        )
        return replace(main, diagnostics=diagnostics, others=headers)

    def input_diagnostics(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare the shapes of the parts' `x` with the model's input."""
        parts = {"train": header, **header.others}
        diagnostics = {part: diagnose_x(each, signature) for part, each in parts.items()}
        return tuple(each if part == "train" else each.under(part) for part, each in diagnostics.items() if each)

    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare the arrays' shapes with the model's input and output."""
        others = (
            each.under(name) for name, other in header.others.items() for each in diagnose_arrays(other, signature)
        )
        classes = diagnose_classes(self.classes, self.class_names, signature)
        given = tuple(key for key in ("lengths", "padding") if getattr(self, key) is not None)
        padding = diagnose_padding(self.padding_value, signature, given)
        found = (*diagnose_arrays(header, signature), *others, *classes, *padding)
        return (*found, *self._scale_diagnostics(signature), *self._target_length_diagnostics(signature))

    def first_targets(self, folder: Path) -> tuple[tuple[float, ...], ...]:
        """Return the targets of the first samples: along the last axis, or one number each."""
        y = self.files(folder)["train"].places()["y"]
        rows: tuple[tuple[float, ...], ...] = header_reader("npy").first_array_numbers(y)
        return rows

    @property
    def target_path(self) -> tuple[str, ...]:
        """The path to where the section names its targets."""
        return ("y",)

    def _target_length_diagnostics(self, signature: Signature) -> tuple[DataDiagnostic, ...]:
        if self.target_lengths is None or signature.own_steps:
            return ()
        message = "`target_lengths` is for outputs with a time axis of their own, and this model has none"
        help = ("leave it out: one output per step is as long as its input",)
        return (DataDiagnostic(("target_lengths",), "wrong-value", message, help=help),)

    def _scale_diagnostics(self, signature: Signature) -> tuple[DataDiagnostic, ...]:
        if self.scale == "none" or (signature.step_shape and not signature.tokens):
            return ()
        taken = "whole numbers" if signature.tokens else "one number a step"
        message = f"`scale: {self.scale}` needs features, the model takes {taken}"
        return (
            DataDiagnostic(("scale",), "wrong-value", message, help=("leave out `scale`: these are token numbers",)),
        )
