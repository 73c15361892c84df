"""The header of an NPY file, read without NumPy.

The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import ast
import math
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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


def read_npy_header(path: Path) -> NpyHeader:
    """Return the header. Raises NpyError where the file is no NPY file, holds objects or is cut short."""
    with path.open("rb") as file:
        text = _header_text(file)
        start = file.tell()
    try:
        fields = ast.literal_eval(text.strip())
        shape, descr = tuple(fields["shape"]), fields["descr"]
        count = math.prod(int(size) for size in shape)
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        raise NpyError("has a header that cannot be read", "write it with `numpy.save`") from None
    kind, size = _type(descr)
    _refuse_short(path, start + count * size)
    return NpyHeader(shape, kind)


def _header_text(file: BinaryIO) -> str:
    start = file.read(8)
    if start[:2] == b"PK":
        raise NpyError("is an archive of several arrays", "save `x` and `y` as two `.npy` files")
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


def _refuse_short(path: Path, wanted: int) -> None:
    size = path.stat().st_size
    if size < wanted:
        message = f"is truncated: its header tells of {wanted:,} bytes, the file has {size:,}"
        raise NpyError(message, "copy or write the file again")
