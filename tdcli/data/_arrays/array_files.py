"""Arrays out of their files: mapped into memory, read, or left in an HDF5 file until they are needed."""

from __future__ import annotations

from typing import Any

import numpy as np

from tdcli.data._array_place import ArrayPlace
from tdcli.data._dataset import Array
from tdcli.text.diagnostic import UserError


def open_array(place: ArrayPlace) -> Any:
    """Return an array; of an HDF5 file its dataset, which reads what is asked of it. Raises UserError."""
    try:
        if place.format == "hdf5":
            return open_dataset(place)
        if place.format == "npz":
            with np.load(place.file, allow_pickle=False) as archive:
                return archive[place.name]
        return np.load(place.file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, KeyError) as error:
        raise UserError.of("unreadable-data", f"cannot read `{place.file}`: {error}", "write it again") from None


def open_dataset(place: ArrayPlace) -> Any:
    """Return a dataset of an HDF5 file. Raises OSError or KeyError where it is not there."""
    import h5py

    return h5py.File(place.file)[place.name]


def in_memory(array: Any) -> Array:
    """Return an array, of an HDF5 dataset what it holds, its texts as texts."""
    if isinstance(array, np.ndarray):
        return array
    if array.dtype.kind == "O":
        return np.asarray(array.asstr()[()]).astype(str)
    return np.asarray(array[()])
