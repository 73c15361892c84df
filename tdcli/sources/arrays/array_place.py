"""Where an array stands: in a file of its own, or under a name in a file of several."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from tdcli.text.damage import ReadingError
from tdcli.text.nearest import suggest

FORMATS: dict[str, Literal["npz", "hdf5"]] = {".npz": "npz", ".h5": "hdf5", ".hdf5": "hdf5"}


class ArrayPlace(NamedTuple):
    """A file, and the array's name in it; None where the file is the array."""

    file: Path
    name: str | None = None

    @property
    def format(self) -> Literal["npy", "npz", "hdf5"]:
        """How the file is read."""
        return "npy" if self.name is None else FORMATS[self.file.suffix.lower()]


def array_place(path: Path, key: str) -> ArrayPlace:
    """Return the place of an array that a spec names as a file in a folder; without a name it is called as its key.

    >>> array_place(Path("a.npz/x_train"), "x"), array_place(Path("a.npz"), "x"), array_place(Path("x.npy"), "x")[1]
    (ArrayPlace(file=PosixPath('a.npz'), name='x_train'), ArrayPlace(file=PosixPath('a.npz'), name='x'), None)
    """
    for file in (path, *path.parents):
        if file.suffix.lower() in FORMATS:
            return ArrayPlace(file, path.relative_to(file).as_posix() if path != file else key)
    return ArrayPlace(path)


class NpyError(ReadingError):
    """Why a file is not an array that can be read; `help` says what to do."""


def damaged_array(place: ArrayPlace, reason: str) -> NpyError:
    """Say what a library finds wrong with the file of an array."""
    kind = {"npy": "an NPY file", "npz": "an archive of arrays", "hdf5": "an HDF5 file"}[place.format]
    return NpyError(f"is not {kind} that can be read: {reason}", "write the file again")


def refuse_unknown(name: str | None, names: list[str]) -> None:
    """Raise NpyError where a file of several arrays has none of a name."""
    if name not in names:
        help = suggest(str(name), names) if names else "write some into it"
        raise NpyError(f"holds no array `{name}`", help)
