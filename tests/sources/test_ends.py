"""What stands at the ends of samples, read from files without NumPy and compared with NumPy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.sources.arrays.array_place import array_place
from tdcli.sources.arrays.ends import MOST_SAMPLES, ends_of_samples, read_whole_numbers, zero_ended
from tdcli.sources.arrays.padded_in_front import padded_in_front

RNG = np.random.default_rng(0)
SAMPLES, STEPS = 20, 7
LENGTHS = RNG.integers(1, STEPS + 1, SAMPLES)
BEHIND = np.arange(STEPS) < LENGTHS[:, None]


def place(folder: Path, array: Any, ending: str = "npy") -> Any:
    path = folder / f"x.{ending}"
    if ending == "npz":
        np.savez_compressed(path, x=array)
    elif ending == "h5":
        h5py = pytest.importorskip("h5py")
        with h5py.File(path, "w") as file:
            file["x"] = array
    else:
        np.save(path, array)
    return array_place(path, "x")


def padded(shape: tuple[int, ...], real: Any, filler: float, dtype: str) -> Any:
    values = RNG.integers(1, 9, (SAMPLES, STEPS, *shape))
    return np.where(real.reshape(*real.shape, *[1] * len(shape)), values, filler).astype(dtype)


@pytest.mark.parametrize("ending", ["npy", "npz", "h5"])
@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", "<i8", "|u1"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 1)])
def test_zeros_are_counted_as_numpy_counts_them(
    shape: tuple[int, ...], dtype: str, ending: str, tmp_path: Path
) -> None:
    x = padded(shape, BEHIND, 0, dtype)
    found = ends_of_samples(place(tmp_path, x, ending))
    zeros = (x.reshape(SAMPLES, STEPS, -1) == 0).all(axis=2)
    assert [each.zeros() for each in found.values()] == [(0, int(count)) for count in zeros.sum(axis=1)]
    assert zero_ended(found.values()) == ("end", zeros.sum(axis=1).tolist())


@pytest.mark.parametrize("dtype", ["<i4", ">i2", "|u1", "<u8", "|i1"])
@pytest.mark.parametrize("ending", ["npy", "npz", "h5"])
def test_whole_numbers_are_those_that_were_saved(dtype: str, ending: str, tmp_path: Path) -> None:
    assert read_whole_numbers(place(tmp_path, LENGTHS.astype(dtype), ending)) == LENGTHS.tolist()


@pytest.mark.parametrize("filler", [0.0, -1.0, 1000.0])
@pytest.mark.parametrize("shape", [(), (1,), (3,)])
def test_padding_in_front_is_told_from_padding_behind(shape: tuple[int, ...], filler: float, tmp_path: Path) -> None:
    behind = place(tmp_path, padded(shape, BEHIND, filler, "f4"))
    assert padded_in_front(behind, LENGTHS.tolist(), STEPS) is None
    in_front = place(tmp_path, padded(shape, BEHIND[:, ::-1], filler, "f4"))
    diagnostic = padded_in_front(in_front, LENGTHS.tolist(), STEPS)
    assert diagnostic is not None
    assert f"`padding: {filler:g}`" in diagnostic.help[0]


def test_a_token_that_begins_every_sequence_is_not_padding(tmp_path: Path) -> None:
    x = padded((), BEHIND, 0, "i4")
    x[:, 0] = 8
    lengths = np.full(SAMPLES, STEPS - 1)
    assert padded_in_front(place(tmp_path, x), lengths.tolist(), STEPS) is None


def test_noise_beyond_the_lengths_is_not_padding_in_front(tmp_path: Path) -> None:
    x = RNG.normal(size=(SAMPLES, STEPS, 1))
    assert padded_in_front(place(tmp_path, x), LENGTHS.tolist(), STEPS) is None


@pytest.mark.parametrize(
    "zeros",
    [
        np.zeros((SAMPLES, STEPS), bool),
        np.arange(STEPS) >= np.full((SAMPLES, 1), STEPS - 2),  # of one length
        RNG.random((SAMPLES, STEPS)) < 0.4,  # anywhere
        (np.arange(STEPS) >= 5) & (RNG.random((SAMPLES, 1)) < 0.1),  # in few samples
        (np.arange(STEPS) < 1) | ~BEHIND,  # at both ends
    ],
)
def test_zeros_that_may_be_measured_are_not_padding(zeros: Any, tmp_path: Path) -> None:
    x = padded((2,), ~zeros, 0, "f4")
    assert zero_ended(ends_of_samples(place(tmp_path, x)).values()) == ("", [])


def test_few_samples_are_read_of_many(tmp_path: Path) -> None:
    found = ends_of_samples(place(tmp_path, np.ones((10_000, 3, 2))))
    assert MOST_SAMPLES / 2 < len(found) <= MOST_SAMPLES
    assert ends_of_samples(place(tmp_path, np.asfortranarray(np.ones((9, 3, 2))))) == {}
