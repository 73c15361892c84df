"""The header of an array, read without NumPy where it stands in an NPY file or in an archive of them.

The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import ast
import math
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from tdcli.data._array_place import ArrayPlace
from tdcli.text.nearest import suggestion

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 1_000_000
"""Bytes. NumPy itself refuses headers beyond 10,000 unless told that the file is trusted."""


@dataclass(frozen=True)
class NpyHeader:
    """Shape and type of an array; `kind` is NumPy's letter: `f`, `i`, `u`, `b`, `U`, ..."""

    shape: tuple[int, ...]
    kind: str


class NpyError(ValueError):
    """Why a file is not an NPY file that can be read; `help` says what to do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


def read_array_header(place: ArrayPlace) -> NpyHeader:
    """Return the header of an array. Raises NpyError where it cannot be read, holds objects or is cut short."""
    return {"npy": _of_file, "npz": _of_archive, "hdf5": _of_hdf5}[place.format](place)


def _of_file(place: ArrayPlace) -> NpyHeader:
    with place.file.open("rb") as file:
        return _header(file, place.file.stat().st_size)


def _of_archive(place: ArrayPlace) -> NpyHeader:
    try:
        with zipfile.ZipFile(place.file) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist()]
            _refuse_unknown(place.name, names)
            member = archive.getinfo(f"{place.name}.npy")
            with archive.open(member) as file:
                return _header(file, member.file_size)
    except (zipfile.BadZipFile, EOFError, zlib.error):
        raise NpyError("is not an archive of arrays", "write it with `numpy.savez`") from None


def _of_hdf5(place: ArrayPlace) -> NpyHeader:
    import h5py

    try:
        with h5py.File(place.file) as file:
            names: list[str] = []
            file.visititems(lambda name, each: names.append(name) if isinstance(each, h5py.Dataset) else None)
            _refuse_unknown(place.name, names)
            array = file[place.name]
            kind, _ = _type("<U1" if h5py.check_string_dtype(array.dtype) else array.dtype.str)
            return NpyHeader(tuple(array.shape), kind)
    except OSError as error:
        raise NpyError(f"is not an HDF5 file that can be read: {error}", "write it again") from None


def _refuse_unknown(name: str | None, names: list[str]) -> None:
    if name not in names:
        help = suggestion(str(name), names) if names else "write some into it"
        raise NpyError(f"holds no array `{name}`", help)


def _header(file: IO[bytes], size: int) -> NpyHeader:
    """Read a header from the start of a file of so many bytes."""
    text = header_text(file)
    start = file.tell()
    try:
        fields = ast.literal_eval(text.strip())
        shape, descr = tuple(fields["shape"]), fields["descr"]
        count = math.prod(int(each) for each in shape)
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        raise NpyError("has a header that cannot be read", "write it with `numpy.save`") from None
    kind, bytes_each = _type(descr)
    _refuse_short(size, start + count * bytes_each)
    return NpyHeader(shape, kind)


def header_text(file: IO[bytes]) -> str:
    start = file.read(8)
    if start[:2] == b"PK":
        raise NpyError("is an archive of several arrays", "give it the ending `.npz`")
    if start[:6] != MAGIC:
        raise NpyError("is not an NPY file", "write it with `numpy.save`")
    layout = "<H" if start[6:7] == b"\x01" else "<I"
    length = file.read(struct.calcsize(layout))
    if len(length) < struct.calcsize(layout):
        raise NpyError("is truncated within its header", "write it again with `numpy.save`")
    (wanted,) = struct.unpack(layout, length)
    text = file.read(min(wanted, LONGEST_HEADER))
    if len(text) < wanted:
        raise NpyError("is truncated within its header", "write it again with `numpy.save`")
    return text.decode("utf-8" if start[6:7] == b"\x03" else "latin-1")


def _type(descr: object) -> tuple[str, int]:
    """Return the kind and the bytes an element takes.

    >>> _type("<f4"), _type("<U8")
    (('f', 4), ('U', 32))
    """
    match = re.fullmatch(r"[<>|=]?([biufSU])(\d+)", descr) if isinstance(descr, str) else None
    if match:
        kind, size = match[1], int(match[2])
        return kind, size * 4 if kind == "U" else size
    if isinstance(descr, str) and "O" in descr:
        raise NpyError("holds pickled objects, which are never loaded", "save it as numbers: `x.astype('float32')`")
    raise NpyError(f"holds elements of type {descr!r}, not numbers", "save it as numbers: `x.astype('float32')`")


def _refuse_short(size: int, wanted: int) -> None:
    if size < wanted:
        message = f"is truncated: its header tells of {wanted:,} bytes, the file has {size:,}"
        raise NpyError(message, "copy or write the file again")
