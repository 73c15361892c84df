"""Open the arrays of one part and decide whether `x` is read at once or on demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tdcli.data.arrays.array_files import open_array, read_array
from tdcli.data.arrays.stored_array import StoredArray
from tdcli.data.arrays.stored_hdf5 import StoredHdf5
from tdcli.data.dataset import Array
from tdcli.data.lazy import OnDemand
from tdcli.machine import is_large
from tdcli.signature import Signature
from tdcli.sources.arrays.npy_files import NpyFiles


@dataclass(frozen=True)
class OpenArrays:
    """The arrays of one part, mapped into memory. In an HDF5 file, `x` stays in the file."""

    files: NpyFiles
    x: Array
    y: Array | None
    lengths: Array | None
    weight: Array | None = None
    target_lengths: Array | None = None


def open_arrays(files: NpyFiles) -> OpenArrays:
    """Map the arrays into memory. Raises SpecError if NumPy cannot."""
    places = files.places()
    found = {key: open_array(place) for key, place in places.items()}
    x, rest = found.pop("x"), {key: read_array(array, places[key]) for key, array in found.items()}
    steps = rest.get("target_lengths")
    if isinstance(files.target_lengths, int):
        steps = np.full(len(x), files.target_lengths)
    return OpenArrays(files, x, rest.get("y"), rest.get("lengths"), rest.get("sample_weight"), steps)


def reads_on_demand(arrays: OpenArrays, stream: bool | str, signature: Signature) -> bool:
    """Return whether samples are read only when they are needed. Token numbers always fit into memory."""
    x, format = arrays.x, arrays.files.places()["x"].format
    in_order = format == "hdf5" or (format == "npy" and x.flags.c_contiguous and x.dtype.isnative)
    if stream is False or signature.tokens or not in_order:
        return False
    return stream is True or is_large(x.size)


def stored_samples(arrays: OpenArrays, index: Array, lengths: Array | None, filler: float) -> OnDemand:
    """Return samples that are read only when they are needed."""
    place = arrays.files.places()["x"]
    if place.format == "hdf5":
        return StoredHdf5(place, index, lengths, filler)
    return StoredArray(place.file, index, lengths, filler)
