"""Samples that are created when they are read, from a file or as windows of a table."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

CHUNK_BYTES = 2**26
ITEM_BYTES = 4


class OnDemand(ABC):
    """An array `(samples, time, ...)` of float32 from which some samples can be read at a time.

    streamed: whether training reads it batch by batch, because it is too large for memory
    """

    streamed: bool

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Return `(samples, time, ...)`."""

    @abstractmethod
    def read(self, positions: NDArray[Any]) -> NDArray[Any]:
        """Return the samples at these positions, `(positions, time, ...)`."""

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self.read(np.arange(len(self))).astype(dtype or np.float32, copy=False)

    @property
    def ndim(self) -> int:
        """Return the number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Return the number of elements."""
        return math.prod(self.shape)

    def chunks(self) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Yield all samples in order with their positions, about CHUNK_BYTES at a time."""
        size = max(1, CHUNK_BYTES // (ITEM_BYTES * math.prod(self.shape[1:])))
        for first in range(0, len(self), size):
            positions = np.arange(first, min(first + size, len(self)))
            yield slice(first, first + len(positions)), self.read(positions)


class Overlay(NamedTuple):
    """Values of a column that apply only in windows that include a later row, `known_from` `(rows,)`."""

    column: int
    values: NDArray[np.float32]
    known_from: NDArray[np.int64]


def apply_overlays(
    x: NDArray[np.float32], rows: NDArray[np.int64], lasts: NDArray[np.int64], overlays: Sequence[Overlay]
) -> NDArray[np.float32]:
    """Write the values that are known by the last row of each sample. Later rows never change a sample.

    x: `(samples, time, features)`, changed in place
    rows: `(samples, time)`, the row of each timestep
    lasts: `(samples,)`, the last row of each sample
    """
    for column, values, known_from in overlays:
        known = known_from[rows]
        x[..., column] = np.where((known > 0) & (known <= lasts[:, None]), values[rows], x[..., column])
    return x


@dataclass(frozen=True)
class Windowed(OnDemand):
    """Windows of `timesteps` rows of `matrix` `(rows, features)`, which begin at `starts` `(samples,)`.

    Neighbouring windows share most of their rows. As separate arrays they would need `timesteps` times the memory of
    the table.
    """

    matrix: NDArray[np.float32]
    starts: NDArray[np.int64]
    timesteps: int
    streamed: bool = False
    overlays: tuple[Overlay, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Return `(samples, time, features)`."""
        return (len(self.starts), self.timesteps, self.matrix.shape[1])

    def read(self, positions: NDArray[Any]) -> NDArray[Any]:
        """Return the windows at these positions of `starts`, `(positions, time, features)`."""
        firsts = self.starts[positions]
        rows = firsts[:, None] + np.arange(self.timesteps)
        return apply_overlays(self.matrix[rows], rows, firsts + self.timesteps - 1, self.overlays)


def coverage(starts: NDArray[np.int64], lengths: NDArray[np.int64] | int, height: int) -> NDArray[np.int32]:
    """Return `(height,)`: the number of windows that contain each row of a table. Windows start at different rows.

    >>> coverage(np.array([0, 1, 4]), 2, 7).tolist()
    [1, 2, 1, 0, 1, 1, 0]
    """
    change = np.zeros(height + 1, np.int32)
    change[starts] += 1
    if isinstance(lengths, int):
        change[starts + lengths] -= 1
    else:
        np.subtract.at(change, starts + lengths, 1)
    return np.cumsum(change, out=change)[:height]
