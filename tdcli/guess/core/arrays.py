"""Find the files that belong to an array by their names, and describe the targets in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import numpy as np

from tdcli.data.arrays.opened import open_arrays
from tdcli.data.dataset import Array
from tdcli.sources.arrays.npy_files import NpyFiles, inspect_arrays
from tdcli.sources.core.classes import label_text, sort_labels
from tdcli.sources.core.section import raise_if_any
from tdcli.text.errors import SpecError

INPUT_WORD = re.compile(r"(?<![A-Za-z])(x|features|inputs|data|frames)(?![A-Za-z])", re.IGNORECASE)
TARGET_WORDS = ("y", "Y", "labels", "targets", "target", "label")
MOST_CLASSES = 100
FEWEST_TO_STRATIFY = 10
"""Samples of the rarest class. With fewer, a set could get none of them."""


@dataclass(frozen=True)
class Companions:
    """The files that belong together. `x_written` is the path of `x` as the spec writes it."""

    x: Path
    y: Path
    lengths: Path | None
    test_x: Path | None
    test_y: Path | None
    x_written: str

    def written(self, path: Path) -> str:
        """Return a path as the spec writes it: in the folder of `x`."""
        return PurePosixPath(self.x_written).with_name(path.name).as_posix()


def find_companions(x: Path, written: str) -> Companions:
    """Find the targets, the lengths and the test set by their names. Raises SpecError if no targets are found."""
    y = _find_beside(x, *TARGET_WORDS)
    if y is None:
        message = f"no targets were found in the folder of `{x}`"
        help = f"save one target per sample as `{x.with_name('y.npy')}`"
        raise SpecError.of("nothing-to-guess", message, help)
    return Companions(x, y, _find_beside(x, "lengths"), _test_part(x), _test_part(y), written)


def _find_beside(x: Path, *words: str) -> Path | None:
    """Return `y_train.npy` for `x_train.npy`, or else `y.npy`, in the same folder."""
    stems = [INPUT_WORD.sub(word, x.stem) for word in words] + list(words)
    paths = (x.with_name(f"{stem}.npy") for stem in stems)
    return next((path for path in paths if path.is_file() and not path.samefile(x)), None)


def _test_part(path: Path) -> Path | None:
    other = path.with_name(path.name.replace("train", "test"))
    return other if other != path and other.is_file() else None


def read_arrays(x: Path, y: Path) -> tuple[Array, Array]:
    """Map the arrays into memory. Raises SpecError if they cannot be read or have different numbers of samples."""
    raise_if_any(inspect_arrays(NpyFiles(x, y)).diagnostics)
    return open_arrays(NpyFiles(x)).x, open_arrays(NpyFiles(y)).x


@dataclass(frozen=True)
class ArrayTarget:
    """An array of targets `(samples, ...)` for a model that takes `timesteps` timesteps."""

    y: Array
    timesteps: int

    @cached_property
    def is_one_hot(self) -> bool:
        """Whether the last axis always has a single 1 among zeros."""
        if self.y.ndim < 2 or self.y.shape[-1] < 2 or self.y.dtype.kind not in "biuf":
            return False
        return bool(np.isin(self.y, (0, 1)).all() and (self.y.sum(axis=-1) == 1).all())

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes in order; empty if the targets are numbers."""
        if self.is_one_hot:
            return tuple(str(code) for code in range(self.y.shape[-1]))
        if self.y.dtype.kind == "b":
            return ("0", "1")
        if self.y.ndim > 2 or (self.y.ndim == 2 and not self.per_step) or not self._is_whole:
            return ()
        distinct = np.unique(self.y)
        few = 1 < len(distinct) <= min(MOST_CLASSES, len(self.y) // 2)
        return sort_labels({label_text(value) for value in distinct.tolist()}) if few else ()

    @property
    def are_codes(self) -> bool:
        """Whether the classes are the numbers 0, 1, 2 and so on, which a spec need not list."""
        return self.classes == tuple(str(code) for code in range(len(self.classes)))

    @property
    def per_step(self) -> bool:
        """Whether there is a target for every timestep of the input."""
        if self.y.ndim == 3:
            return bool(self.y.shape[1] == self.timesteps)
        return self.y.ndim == 2 and self.y.shape[1] == self.timesteps > 1 and not self.is_one_hot

    @property
    def own_steps(self) -> int | None:
        """The number of timesteps of the targets, if it is not that of the input; else None."""
        return self.y.shape[1] if self.y.ndim == 3 and not self.per_step else None

    @property
    def numbers(self) -> int:
        """The number of target values per sample, or per timestep."""
        return self.y.shape[-1] if self.y.ndim == 3 or (self.y.ndim == 2 and not self.per_step) else 1

    @property
    def units(self) -> int:
        """The number of outputs that the targets need."""
        return 1 if len(self.classes) == 2 else len(self.classes) or self.numbers

    @property
    def can_stratify(self) -> bool:
        """Whether each sample has one class, and every class has enough samples for all sets."""
        if not self.classes or self.per_step or self.own_steps:
            return False
        labels = self.y.argmax(axis=-1) if self.is_one_hot else self.y.reshape(len(self.y))
        return bool(np.unique(labels, return_counts=True)[1].min() >= FEWEST_TO_STRATIFY)

    @property
    def _is_whole(self) -> bool:
        return self.y.dtype.kind in "SUbiu" or bool((self.y % 1 == 0).all())
