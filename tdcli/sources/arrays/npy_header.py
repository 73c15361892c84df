"""Read the header of an array. NPY and NPZ files are read without NumPy.

The NPY format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import ast
import math
import re
import struct
import zipfile
from dataclasses import dataclass
from typing import IO, Any

from tdcli.sources.arrays.array_place import ArrayPlace, NpyError, damaged_array, refuse_unknown
from tdcli.sources.core.headers import header_reader
from tdcli.text.damage import translate_errors

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000
"""Bytes. NumPy has the same limit for files that are not trusted."""

MOST_AXES = 64
"""The most axes that an array can have in NumPy."""

_VERSIONS = (b"\x01\x00", b"\x02\x00", b"\x03\x00")
_SIZES = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8, 12, 16)}
"""The sizes that an element can have, in bytes. Text can have any size."""

WRITE_AGAIN = "write it again with `numpy.save`"

_KEYS = {"descr", "fortran_order", "shape"}


@dataclass(frozen=True)
class NpyHeader:
    """The shape and type of an array.

    kind: NumPy's letter for the type, such as `f`, `i`, `u`, `b` or `U`. item_bytes: the size of an element.
    """

    shape: tuple[int, ...]
    kind: str
    item_bytes: int = 4

    @property
    def bytes(self) -> int:
        """The bytes that the array takes in memory, according to its header."""
        return math.prod(self.shape) * self.item_bytes


def read_array_header(place: ArrayPlace) -> NpyHeader:
    """Return the header of an array. Raises NpyError if the file cannot be read, holds objects or is truncated."""
    with translate_errors(lambda reason: damaged_array(place, reason)):
        return {"npy": _header_of_file, "npz": _header_of_archive, "hdf5": _header_of_dataset}[place.format](place)


def _header_of_file(place: ArrayPlace) -> NpyHeader:
    with place.file.open("rb") as file:
        return _parse_header(file, place.file.stat().st_size)


def _header_of_archive(place: ArrayPlace) -> NpyHeader:
    if not zipfile.is_zipfile(place.file):
        raise NpyError("is not an NPZ file", "write it with `numpy.savez`")
    with zipfile.ZipFile(place.file) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        refuse_unknown(place.name, names)
        member = archive.getinfo(f"{place.name}.npy")
        with archive.open(member) as file:
            return _parse_header(file, member.file_size)


def _header_of_dataset(place: ArrayPlace) -> NpyHeader:
    reader = header_reader("hdf5")
    array = reader.find_dataset(place)
    kind, size = _type("<U1" if reader.is_text(array) else array.dtype.str)
    return NpyHeader(tuple(map(int, array.shape)), kind, size)


def _parse_header(file: IO[bytes], size: int) -> NpyHeader:
    """Read a header from the start of a file of `size` bytes."""
    text = header_text(file)
    start = file.tell()
    try:
        fields = ast.literal_eval(text.strip())
        shape = _shape(fields)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise NpyError("has a header that cannot be read", "write it with `numpy.save`") from None
    header = NpyHeader(shape, *_type(fields["descr"]))
    _refuse_short(size, start + header.bytes)
    return header


def _shape(fields: Any) -> tuple[int, ...]:
    """Return the shape in a header. Raises ValueError if NumPy would not accept it."""
    shape: Any = fields["shape"] if isinstance(fields, dict) and set(fields) == _KEYS else None
    sound = isinstance(shape, tuple) and all(type(each) is int and each >= 0 for each in shape)
    if not sound or len(shape) > MOST_AXES or type(fields["fortran_order"]) is not bool:
        raise ValueError
    return tuple(shape)


def header_text(file: IO[bytes]) -> str:
    """Return the Python literal in the header of an NPY file. Raises NpyError if there is none."""
    start = file.read(8)
    if start[:2] == b"PK":
        raise NpyError("is an NPZ file of several arrays", "rename it to end with `.npz`")
    if start[:6] != MAGIC:
        raise NpyError("is not an NPY file", "write it with `numpy.save`")
    if start[6:8] not in _VERSIONS:
        raise NpyError("has a version of the NPY format that NumPy cannot read", "write it with `numpy.save`")
    layout = "<H" if start[6:7] == b"\x01" else "<I"
    length = file.read(struct.calcsize(layout))
    if len(length) < struct.calcsize(layout):
        raise NpyError("is truncated within its header", WRITE_AGAIN)
    (wanted,) = struct.unpack(layout, length)
    if wanted > LONGEST_HEADER:
        raise NpyError(f"has a header of {wanted:,} bytes, but the limit is {LONGEST_HEADER:,}", WRITE_AGAIN)
    text = file.read(wanted)
    if len(text) < wanted:
        raise NpyError("is truncated within its header", WRITE_AGAIN)
    try:
        return text.decode("utf-8" if start[6:7] == b"\x03" else "latin-1")
    except UnicodeDecodeError as error:
        message = f"has a header that is not UTF-8 text (byte {len(start) + len(length) + error.start})"
        raise NpyError(message, WRITE_AGAIN) from None


def _type(descr: object) -> tuple[str, int]:
    """Return the kind and the size in bytes of an element.

    >>> _type("<f4"), _type("<U8")
    (('f', 4), ('U', 32))
    """
    match = re.fullmatch(r"[<>|=]?([biufSU])(\d+)", descr) if isinstance(descr, str) else None
    if match and int(match[2]) in _SIZES.get(match[1], range(1, 2**31)):
        kind, size = match[1], int(match[2])
        return kind, size * 4 if kind == "U" else size
    if isinstance(descr, str) and "O" in descr:
        raise NpyError("holds pickled objects, which are never loaded", "save it as numbers: `x.astype('float32')`")
    raise NpyError(f"holds elements of type {descr!r}, not numbers", "save it as numbers: `x.astype('float32')`")


def _refuse_short(size: int, wanted: int) -> None:
    if size < wanted:
        message = f"is truncated: its header declares {wanted:,} bytes, but the file has {size:,}"
        raise NpyError(message, "copy or write the file again")
