"""Locate an array: a file of its own, or a named array in an NPZ or HDF5 file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from tdcli.text.damage import ReadingError
from tdcli.text.nearest import suggest

FORMATS: dict[str, Literal["npz", "hdf5"]] = {".npz": "npz", ".h5": "hdf5", ".hdf5": "hdf5"}


class ArrayPlace(NamedTuple):
    """A file and the name of an array in it. The name is None if the file holds a single array."""

    file: Path
    name: str | None = None

    @property
    def format(self) -> Literal["npy", "npz", "hdf5"]:
        """The format of the file."""
        return "npy" if self.name is None else FORMATS[self.file.suffix.lower()]


def array_place(path: Path, key: str) -> ArrayPlace:
    """Return the file and the name of the array that a path in a spec refers to.

    In an NPZ or HDF5 file, a path without an array's name refers to the array named like its key.

    >>> array_place(Path("a.npz/x_train"), "x"), array_place(Path("a.npz"), "x"), array_place(Path("x.npy"), "x")[1]
    (ArrayPlace(file=PosixPath('a.npz'), name='x_train'), ArrayPlace(file=PosixPath('a.npz'), name='x'), None)
    """
    for file in (path, *path.parents):
        if file.suffix.lower() in FORMATS:
            return ArrayPlace(file, path.relative_to(file).as_posix() if path != file else key)
    return ArrayPlace(path)


class NpyError(ReadingError):
    """The array in a file cannot be read. `help` says what to do."""


def damaged_array(place: ArrayPlace, reason: str) -> NpyError:
    """Return the error for a file that a library cannot read."""
    kind = {"npy": "an NPY file", "npz": "an NPZ file", "hdf5": "an HDF5 file"}[place.format]
    return NpyError(f"cannot be read as {kind}: {reason}", "write the file again")


def refuse_unknown(name: str | None, names: list[str]) -> None:
    """Raise NpyError if `name` is not among the arrays of a file."""
    if name not in names:
        help = suggest(str(name), names) if names else "save arrays in the file"
        raise NpyError(f"has no array `{name}`", help)
