"""Arrays that NumPy or HDF5 can describe and no model can read are refused before a number of them is read."""

import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tdcli.sources.arrays.array_place import ArrayPlace, NpyError
from tdcli.sources.arrays.ends import ends_of_samples
from tdcli.sources.arrays.npy_header import read_array_header
from tdcli.sources.core.paths import diagnose_unreadable

X = np.ones((40, 3, 2), np.float32)
SHAPE = "(40, 3, 2)"


def header(
    descr: str = "'<f4'", shape: str = SHAPE, order: str = "False", more: str = "", version: bytes = b"\1\0"
) -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}{more}}}".encode()
    length = struct.pack("<H" if version == b"\1\0" else "<I", len(text))
    return b"\x93NUMPY" + version + length + text


STRANGE = {
    "no size": header("'<f0'"), "a size of three": header("'<f3'"), "a truth of four bytes": header("'<b4'"),
    "another version": header(version=b"\x09\0"), "an order that is no truth": header(order="'no'"),
    "one more key": header(more=", 'a': 1"), "records": header("[('a', '<f4')]"), "dates": header("'<M8[s]'"),
    "a negative size": header(shape="(-40, 3, 2)"),
    "seventy axes": header(shape=f"(40, {'1, ' * 69})"), "a list for a shape": header(shape="[40, 3, 2]"),
    "no order": header().replace(b"fortran_order", b"fortran_odour"), "code": header("__import__('os')"),
    "a header of a megabyte": header(more=" " * 10**6, version=b"\2\0"),
}  # fmt: skip


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_a_header_that_numpy_refuses_is_refused_by_check_too(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    path.write_bytes(content + X.tobytes() * 3)
    with pytest.raises(NpyError):
        read_array_header(ArrayPlace(path))
    with suppress(ValueError):
        assert np.load(path, allow_pickle=False).dtype.kind not in "biufSU"


@pytest.mark.parametrize("version", [b"\1\0", b"\2\0", b"\3\0"])
def test_all_versions_of_the_format_are_read(version: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(header(version=version) + X.tobytes())
    assert read_array_header(ArrayPlace(tmp_path / "x.npy")).shape == X.shape


def _references(file: h5py.File) -> None:
    file["real"] = X
    file.create_dataset("x", data=[file["real"].ref] * 40, dtype=h5py.ref_dtype)


def _lists(file: h5py.File) -> None:
    file.create_dataset("x", (40,), h5py.vlen_dtype(np.float32))


def _nothing(file: h5py.File) -> None:
    file["x"] = h5py.Empty("f4")


@pytest.mark.parametrize(
    ("made", "said"), [(_references, "references or lists"), (_lists, "references or lists"), (_nothing, "no data")]
)
def test_arrays_without_numbers_are_reported_with_what_they_hold(made: Any, said: str, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        made(file)
    with pytest.raises(NpyError, match=f"contains {said}.* in `x`, but an array of numbers"):
        read_array_header(ArrayPlace(tmp_path / "a.h5", "x"))


def test_names_are_offered_of_the_outer_groups_alone(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["near/values"] = X
        deep = file
        for _ in range(300):
            deep = deep.create_group("g")
        deep["far"] = X
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/")
    with pytest.raises(NpyError, match="has no array `x`") as caught:
        read_array_header(ArrayPlace(tmp_path / "a.h5", "x"))
    assert caught.value.help.text == "use one of: `near/values`"


def test_ends_are_not_looked_at_where_each_sample_unpacks_a_huge_chunk(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        small = file.create_dataset("small", X.shape, "f4", chunks=X.shape, compression="gzip")
        small[:] = X
        file.create_dataset("x", X.shape, "f4", maxshape=(None,) * 3, chunks=(3000, 1000, 30), compression="gzip")
    assert len(ends_of_samples(ArrayPlace(tmp_path / "a.h5", "small"))) == 40
    assert not ends_of_samples(ArrayPlace(tmp_path / "a.h5", "x"))


def test_an_empty_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x.npy").touch()
    diagnostic = diagnose_unreadable(tmp_path / "x.npy", ("x",))
    assert diagnostic is not None
    assert "is empty" in diagnostic.message
