"""Datasets of HDF5 files, which may lead to other files: none of those is read."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Any

import numpy as np

from tdcli.sources.arrays.array_place import ArrayPlace, NpyError, refuse_unknown
from tdcli.text.quantities import format_bytes

MOST_LINKS = 16

MOST_NAMES, MOST_LEVELS = 1000, 8
"""How many names, and in groups inside of how many others, are looked at for one that is not there."""

MOST_TIMES = 100
"""How many times what was written into it a dataset may declare; whatever lacks is read as its fill value."""

SMALLEST = 2**20
"""Bytes. A dataset may declare MOST_TIMES as much, whatever was written."""


def find_dataset(place: ArrayPlace) -> Any:
    """Return a dataset, whose file stays open with it. Raises NpyError, and what h5py raises of a damaged file."""
    import h5py

    file = h5py.File(place.file, "r")
    array = _find_node(file, place)
    if not isinstance(array, h5py.Dataset):
        refuse_unknown(place.name, _dataset_names(file))
    _refuse_other_files(array, place)
    _refuse_objects(array, place)
    _refuse_unwritten(array, place)
    return array


def is_text(array: Any) -> bool:
    """Say whether a dataset holds texts of any length."""
    import h5py

    return h5py.check_string_dtype(array.dtype) is not None


def _dataset_names(file: Any) -> list[str]:
    """Return the names of datasets, of those in the outer groups first; links are not followed."""
    import h5py

    names: list[str] = []
    waiting = deque([("", file)])
    while waiting and len(names) < MOST_NAMES:
        prefix, group = waiting.popleft()
        for name in islice(group, MOST_NAMES):
            if isinstance(group.get(name, getlink=True), h5py.HardLink):
                node, whole = group[name], prefix + name
                names += [whole] if isinstance(node, h5py.Dataset) else []
                nested = isinstance(node, h5py.Group) and whole.count("/") < MOST_LEVELS
                waiting.extend([(f"{whole}/", node)] if nested else [])
    return names


def _find_node(file: Any, place: ArrayPlace) -> Any:
    """Return what has the name, step by step: h5py alone would follow links out of the file; None where nothing has."""
    import h5py

    node, left, links = file, str(place.name).split("/"), 0
    while left:
        name, *left = left
        link = node.get(name, getlink=True) if name and isinstance(node, h5py.Group) else None
        if isinstance(link, h5py.ExternalLink):
            raise _in_other_file(place, f"as a link into `{link.filename}`")
        if isinstance(link, h5py.SoftLink) and links < MOST_LINKS:
            node, left, links = file if link.path.startswith("/") else node, [*link.path.split("/"), *left], links + 1
        elif isinstance(link, h5py.HardLink):
            node = node[name]
        elif name:
            return None
    return node


def _refuse_other_files(array: Any, place: ArrayPlace) -> None:
    if array.external:
        raise _in_other_file(place, f"in `{array.external[0][0]}`")
    if array.is_virtual:
        sources = [each.file_name for each in array.virtual_sources()]
        raise _in_other_file(place, f"as a view of `{sources[0]}`" if sources else "as a view of other datasets")


def _in_other_file(place: ArrayPlace, how: str) -> NpyError:
    message = f"keeps `{place.name}` {how}, and other files are not read"
    return NpyError(message, "write the numbers into one file: `numpy.save`, or `create_dataset(name, data=numbers)`")


def _refuse_objects(array: Any, place: ArrayPlace) -> None:
    if array.shape is None or (array.dtype.kind == "O" and not is_text(array)):
        what = "nothing" if array.shape is None else "references or lists of several lengths"
        raise NpyError(f"holds {what} in `{place.name}`, not numbers", "write one array of numbers")


def _refuse_unwritten(array: Any, place: ArrayPlace) -> None:
    declared, written = array.size * array.dtype.itemsize, _written_bytes(array)
    if declared > MOST_TIMES * max(written, SMALLEST):
        message = f"declares {format_bytes(declared)} in `{place.name}`, of which {format_bytes(written)} were written"
        raise NpyError(message, "write all numbers, or give the dataset the shape of what is there")


def _written_bytes(array: Any) -> int:
    """Return how many bytes have a place in the file, before compression."""
    if array.chunks is None:
        return int(array.id.get_storage_size())
    return int(array.id.get_num_chunks() * np.prod(array.chunks, dtype=np.int64)) * int(array.dtype.itemsize)
