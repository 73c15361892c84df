"""Find datasets in HDF5 files. Datasets that refer to other files are rejected, so that no other file is read."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Any

import numpy as np

from tdcli.sources.arrays.array_place import ArrayPlace, NpyError, refuse_unknown
from tdcli.text.quantities import format_bytes

MOST_LINKS = 16

MOST_NAMES, MOST_LEVELS = 1000, 8
"""How many names are collected as suggestions for an unknown one, and how deep their groups may be nested."""

MOST_TIMES = 100
"""How many times larger the declared size of a dataset may be than its written size.

HDF5 returns the fill value for everything that was never written.
"""

SMALLEST = 2**20
"""Bytes. A dataset with fewer written bytes is treated as if it had this many."""


def find_dataset(place: ArrayPlace) -> Any:
    """Return a dataset. Its file stays open as long as the dataset is in use.

    Raises NpyError, or h5py's own exceptions if the file is damaged.
    """
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
    """Return whether a dataset contains strings of variable length."""
    import h5py

    return h5py.check_string_dtype(array.dtype) is not None


def _dataset_names(file: Any) -> list[str]:
    """Return the names of datasets, those in outer groups first. Links are not followed."""
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
    """Return the object with the name, or None if there is none.

    The name is resolved one group at a time, since h5py itself would follow links into other files.
    """
    import h5py

    node, left, links = file, str(place.name).split("/"), 0
    while left:
        name, *left = left
        link = node.get(name, getlink=True) if name and isinstance(node, h5py.Group) else None
        if isinstance(link, h5py.ExternalLink):
            raise _in_other_file(place, f"as a link to `{link.filename}`")
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
    message = f"stores `{place.name}` {how}, but other files are not read"
    help = "write the numbers into one file with `numpy.save` or `create_dataset(name, data=numbers)`"
    return NpyError(message, help)


def _refuse_objects(array: Any, place: ArrayPlace) -> None:
    if array.shape is None or (array.dtype.kind == "O" and not is_text(array)):
        what = "no data" if array.shape is None else "references or lists of different lengths"
        raise NpyError(f"contains {what} in `{place.name}`, but an array of numbers is needed", "write such an array")


def _refuse_unwritten(array: Any, place: ArrayPlace) -> None:
    declared, written = array.size * array.dtype.itemsize, _written_bytes(array)
    if declared > MOST_TIMES * max(written, SMALLEST):
        size, part = format_bytes(declared), format_bytes(written)
        message = f"declares {size} in `{place.name}`, but only {part} were written"
        raise NpyError(message, "write all numbers, or create the dataset with the shape of the numbers that exist")


def _written_bytes(array: Any) -> int:
    """Return how many bytes of the dataset are allocated in the file, before compression."""
    if array.chunks is None:
        return int(array.id.get_storage_size())
    return int(array.id.get_num_chunks() * np.prod(array.chunks, dtype=np.int64)) * int(array.dtype.itemsize)
