"""Open array files: map them into memory, read them, or leave an HDF5 dataset in its file until it is needed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from tdcli.data.arrays.hdf5 import find_dataset, is_text
from tdcli.data.dataset import Array
from tdcli.sources.arrays.array_place import ArrayPlace, damaged_array
from tdcli.text.damage import ReadingError, translate_errors
from tdcli.text.errors import SpecError


def raising_spec_errors(place: ArrayPlace) -> AbstractContextManager[None]:
    """Return a context manager that turns a library's exceptions for a damaged file into SpecError."""
    return translate_errors(lambda reason: unreadable_array(place, damaged_array(place, reason)))


def unreadable_array(place: ArrayPlace, error: ReadingError) -> SpecError:
    """Return the error for a file that cannot be read."""
    return SpecError.of(error.name, f"`{place.file}` {error}", error.help)


def open_array(place: ArrayPlace) -> Any:
    """Return an array. For an HDF5 file, return its dataset, which reads only what is indexed. Raises SpecError."""
    with raising_spec_errors(place):
        if place.format == "hdf5":
            return open_dataset(place)
        if place.format == "npz":
            with np.load(place.file, allow_pickle=False) as archive:
                return _decode_texts(archive[place.name], place)
        return _decode_texts(np.load(place.file, mmap_mode="r", allow_pickle=False), place)


MOST_ROWS = 10_000


def first_array_numbers(place: ArrayPlace, count: int = 100) -> tuple[tuple[float, ...], ...]:
    """Return the first numbers of an array, one tuple for each row of its last axis. Raises SpecError.

    A one-dimensional array has one number in each row. An array of other values has no rows.
    """
    array = open_array(place)
    if array.dtype.kind not in "biuf":
        return ()
    with raising_spec_errors(place):
        values = np.asarray(array[:count], np.float64)
        width = values.shape[-1] if values.ndim > 1 else 1
        return tuple(map(tuple, values.reshape(-1, width)[:MOST_ROWS].tolist()))


def open_dataset(place: ArrayPlace) -> Any:
    """Return a dataset of an HDF5 file. Raises SpecError, or h5py's own exceptions if the file is damaged."""
    try:
        return find_dataset(place)
    except ReadingError as error:
        raise unreadable_array(place, error) from None


def read_array(array: Any, place: ArrayPlace) -> Array:
    """Return an array. An HDF5 dataset is read into memory and its bytes are decoded. Raises SpecError."""
    if isinstance(array, np.ndarray):
        return array
    with raising_spec_errors(place):
        values = np.asarray(array[()])
        return _decode_texts(values.astype("S") if is_text(array) else values, place)


def _decode_texts(values: Array, place: ArrayPlace) -> Array:
    """Decode bytes as UTF-8. Return any other array as it is."""
    if values.dtype.kind != "S":
        return values
    try:
        return np.asarray(np.char.decode(values, "utf-8"))
    except UnicodeDecodeError:
        first = next(number for number, each in enumerate(values.ravel()) if not _is_utf8(each))
        message = f"element {first} of `{place.file}` is not valid UTF-8"
        help = 'save strings instead of bytes: `numpy.char.decode(y, "latin-1")`, with the encoding of your data'
        raise SpecError.of("unreadable-data", message, help) from None


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
