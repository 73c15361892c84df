"""Headers of arrays, read without NumPy as NumPy writes them."""

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.sources.arrays.array_place import ArrayPlace, NpyError
from tdcli.sources.arrays.npy_header import read_array_header


@pytest.mark.parametrize("dtype", ["f4", "<f8", ">i2", "u1", "?", "U5", "S3"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (0, 4)])
def test_headers_are_read_as_numpy_writes_them(tmp_path: Path, dtype: str, shape: tuple[int, ...]) -> None:
    path = tmp_path / "a.npy"
    array = np.zeros(shape, dtype)
    np.save(path, array)
    header = read_array_header(ArrayPlace(path))
    assert (header.shape, header.kind) == (shape, array.dtype.kind)


def test_headers_of_later_format_versions_are_read(tmp_path: Path) -> None:
    for version in ((2, 0), (3, 0)):
        with (tmp_path / "a.npy").open("wb") as file:
            np.lib.format.write_array(file, np.zeros((2, 3)), version=version)
        assert read_array_header(ArrayPlace(tmp_path / "a.npy")).shape == (2, 3)


def npy_bytes(array: np.ndarray, **keys: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **keys)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not an array", "is not an NPY file"),
        (b"PK\x03\x04", "is an NPZ file of several arrays"),
        (b"\x93NUMPY\x01\x00\x76", "is truncated within its header"),
        (b"\x93NUMPY\x01\x00\x76\x00{'descr'", "is truncated within its header"),
        (npy_bytes(np.zeros((10, 2)))[:-8], "is truncated: its header declares 288 bytes, but the file has 280"),
        (npy_bytes(np.array(["abc"]))[:-1], "is truncated: its header declares 140 bytes, but the file has 139"),
        (npy_bytes(np.array([{}, {}]), allow_pickle=True), "holds pickled objects, which are never loaded"),
        (npy_bytes(np.zeros(3, [("a", "f4")])), "holds elements of type [('a', '<f4')], not numbers"),
        (npy_bytes(np.zeros(3, "c8")), "holds elements of type '<c8', not numbers"),
        (b"\x93NUMPY\x01\x00" + struct.pack("<H", 8) + b"__import", "has a header that cannot be read"),
    ],
)
def test_files_that_are_not_arrays_are_refused_without_loading_them(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    with pytest.raises(NpyError) as caught:
        read_array_header(ArrayPlace(path))
    assert str(caught.value) == message
    assert caught.value.help
