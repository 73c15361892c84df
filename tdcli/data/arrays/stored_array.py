"""Samples that stay in an NPY file until they are read, so that an array may be larger than memory. Imports NumPy."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tdcli.data.lazy import OnDemand
from tdcli.text.errors import ExecutionError


@dataclass(frozen=True)
class StoredArray(OnDemand):
    """Some samples of an NPY file in C order, in the order of `index`. They are read by seeking in the file.

    The file is not mapped into memory, because all pages of a map that were read count towards the process's memory.

    lengths: the number of real timesteps of each sample; the later ones have the value `filler`
    """

    path: Path
    index: NDArray[Any]
    lengths: NDArray[Any] | None = None
    filler: float = 0.0
    streamed: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """Return `(samples, time, ...)`."""
        return (len(self.index), *self._layout[0])

    def read(self, positions: NDArray[Any]) -> NDArray[Any]:
        """Return the samples at these positions of `index`, `(positions, time, ...)` as float32.

        Raises ExecutionError if the file has changed and cannot be read any more.
        """
        shape, dtype, start = self._layout
        raw, whole = np.empty((len(positions), *shape), dtype), True
        try:
            with self.path.open("rb", buffering=0) as file:
                for sample, number in zip(raw, self.index[positions], strict=True):
                    file.seek(start + int(number) * sample.nbytes)
                    whole = file.readinto(sample.reshape(-1).view(np.uint8)) == sample.nbytes
                    if not whole:
                        break
        except OSError as error:
            raise no_longer_readable(self.path, error.strerror or str(error)) from None
        if not whole:
            raise no_longer_readable(self.path, "it ends early")
        values = raw.astype(np.float32, copy=False)
        return values if self.lengths is None else fill_padding(values, self.lengths[positions], self.filler)

    @cached_property
    def _layout(self) -> tuple[tuple[int, ...], np.dtype[Any], int]:
        """Return a sample's shape, the numbers' type, and where the first sample starts in the file."""
        with self.path.open("rb") as file:
            read = npy.read_array_header_1_0 if npy.read_magic(file) == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = read(file)
            return shape[1:], dtype, file.tell()


def fill_padding(values: NDArray[Any], lengths: NDArray[Any], filler: float) -> NDArray[Any]:
    """Write `filler` to the timesteps of `(samples, time, ...)` beyond the lengths, in place, and return the values."""
    values[np.arange(values.shape[1]) >= lengths[:, None]] = filler
    return values


def no_longer_readable(path: Path, reason: str) -> ExecutionError:
    """Return the error for a file that could be read earlier."""
    message = f"`{path}` can no longer be read: {reason}"
    return ExecutionError.of("unreadable-data", message, "restore the file")
