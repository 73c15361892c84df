"""Find padding at the ends of samples: timesteps that repeat a single value. Runs without NumPy."""

from __future__ import annotations

import ast
import math
import struct
import zipfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from tdcli.sources.arrays.array_place import ArrayPlace
from tdcli.sources.arrays.npy_header import header_text
from tdcli.sources.core.headers import header_reader

MOST_SAMPLES = 64
LARGEST_SAMPLE = 2**22
"""Bytes. Larger samples are skipped, because `check` must finish in a fraction of a second."""
FARTHEST_IN_ARCHIVE = 2**26
"""Bytes. An archive is unpacked from its beginning, so samples beyond this offset are skipped."""


@dataclass(frozen=True)
class Ends:
    """The number of timesteps at the start and at the end of a sample that repeat a single value.

    first, last: those two values. inside: whether some timestep between the two ends is all zeros.
    """

    steps: int
    leading: int
    trailing: int
    first: float
    last: float
    inside: bool = False

    @classmethod
    def of(cls, sample: bytes, steps: int, descr: str) -> Ends:
        """Measure the ends of a sample in C order. `descr` is NumPy's name of the number type, such as `<f4`."""
        width, size = len(sample) // steps, int(descr[2:])
        each = [sample[place : place + width] for place in range(0, len(sample), width)]
        first, last = sample[:size], sample[-size:]
        leading = _run(each, first * (width // size))
        trailing = _run(each[::-1], last * (width // size))
        inside = bytes(width) in each[leading : steps - trailing]
        return cls(steps, leading, trailing, _number_of_bytes(first, descr), _number_of_bytes(last, descr), inside)

    def zeros(self) -> tuple[int, int]:
        """Return the number of all-zero timesteps at the start and at the end."""
        return self.leading if self.first == 0 else 0, self.trailing if self.last == 0 else 0


def _number_of_bytes(value: bytes, descr: str) -> float:
    r"""Return the number that some bytes encode.

    >>> _number_of_bytes(b"\x00\x00\x80\xbf", "<f4"), _number_of_bytes(b"\x00\x07", ">i2")
    (-1.0, 7)
    """
    if descr[1] == "f":
        letter = {2: "e", 4: "f", 8: "d"}.get(len(value))
        return float(struct.unpack(f"{descr[0]}{letter}", value)[0]) if letter else math.nan
    return int.from_bytes(value, "big" if descr[0] == ">" else "little", signed=descr[1] == "i")


def _run(steps: Sequence[bytes], wanted: bytes) -> int:
    return next((place for place, step in enumerate(steps) if step != wanted), len(steps))


@dataclass(frozen=True)
class _Layout:
    """The layout of an array in a file: its shape, NumPy's name of its type, and the byte at which it starts."""

    shape: tuple[int, ...]
    descr: str
    start: int

    @property
    def width(self) -> int:
        return math.prod(self.shape[1:]) * int(self.descr[2:])


def ends_of_samples(place: ArrayPlace, chosen: Sequence[int] | None = None) -> dict[int, Ends]:
    """Return the ends of some samples by sample number. Returns nothing if samples are not contiguous in the file.

    chosen: the sample numbers to choose from; None for all.
    """
    if place.format == "hdf5":
        return _ends_of_dataset(place, chosen)
    if place.format == "npz":
        with zipfile.ZipFile(place.file) as archive, archive.open(f"{place.name}.npy") as member:
            return _ends_of_file(member, chosen, FARTHEST_IN_ARCHIVE)
    with place.file.open("rb") as file:
        return _ends_of_file(file, chosen)


def _ends_of_file(file: IO[bytes], chosen: Sequence[int] | None, farthest: int | None = None) -> dict[int, Ends]:
    layout = _layout(file)
    found = {}
    for number in _chosen_samples(layout, chosen, farthest):
        file.seek(layout.start + number * layout.width)  # numbers ascend, so an archive is only read forwards
        found[number] = Ends.of(file.read(layout.width), layout.shape[1], layout.descr)
    return found


def _layout(file: IO[bytes]) -> _Layout:
    """Return the layout of an array. Its shape has no timesteps if the samples are not contiguous."""
    fields = ast.literal_eval(header_text(file).strip())
    shape = tuple(fields["shape"])
    return _Layout(shape[:1] if fields["fortran_order"] or 0 in shape else shape, fields["descr"], file.tell())


def _chosen_samples(layout: _Layout, chosen: Sequence[int] | None, farthest: int | None = None) -> Iterator[int]:
    """Yield evenly spaced sample numbers in ascending order. `farthest` is the byte at which the last may end."""
    if len(layout.shape) < 2 or layout.width > LARGEST_SAMPLE:
        return
    numbers: Sequence[int] = range(layout.shape[0]) if chosen is None else chosen
    if farthest is not None:
        numbers = numbers[: bisect_right(numbers, farthest // layout.width - 1)]
    step = max(1, math.ceil(len(numbers) / MOST_SAMPLES))
    yield from numbers[::step]


def _ends_of_dataset(place: ArrayPlace, chosen: Sequence[int] | None) -> dict[int, Ends]:
    array = header_reader("hdf5").find_dataset(place)
    descr, shape = array.dtype.str, tuple(array.shape)
    most = FARTHEST_IN_ARCHIVE // (math.prod(array.chunks or (1,)) * array.dtype.itemsize)  # each read unpacks a chunk
    numbers = islice(_chosen_samples(_Layout(shape, descr, 0), chosen), most)
    return {number: Ends.of(array[number].tobytes(), shape[1], descr) for number in numbers}


def read_whole_numbers(place: ArrayPlace) -> list[int]:
    """Return the integers of an array `(samples,)`."""
    if place.format == "hdf5":
        return [int(each) for each in header_reader("hdf5").find_dataset(place)[()]]
    if place.format == "npz":
        with zipfile.ZipFile(place.file) as archive, archive.open(f"{place.name}.npy") as member:
            return _whole_numbers(member)
    with place.file.open("rb") as file:
        return _whole_numbers(file)


def _whole_numbers(file: IO[bytes]) -> list[int]:
    layout = _layout(file)
    order, kind, size = layout.descr[0].replace("|", "="), layout.descr[1], int(layout.descr[2:])
    letter = {1: "b", 2: "h", 4: "i", 8: "q"}[size]
    count = layout.shape[0]
    return list(struct.unpack(f"{order}{count}{letter.upper() if kind == 'u' else letter}", file.read(count * size)))


def zero_ended(found: Iterable[Ends]) -> tuple[str, list[int]]:
    """Return the end, `start` or `end`, that looks padded with zeros, and the number of zero timesteps of each sample.

    The lengths must differ between samples. Zeros inside samples or at both ends are values, not padding.
    """
    known = [each for each in found if each.leading < each.steps]
    leading, trailing = ([each.zeros()[end] for each in known] for end in (0, 1))
    if not known or _fraction_true(each.inside for each in known) > FEW:
        return "", []
    for side, runs, others in (("end", trailing, leading), ("start", leading, trailing)):
        if _fraction_true(map(bool, runs)) >= MANY and len(set(runs)) > 1 and _fraction_true(map(bool, others)) <= FEW:
            return side, runs
    return "", []


FEW, MANY = 0.05, 0.25
"""Fractions of samples: up to FEW have zeros elsewhere by chance, at least MANY have zeros at one end if padded."""


def _fraction_true(values: Iterable[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted)
