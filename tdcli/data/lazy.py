"""Samples that are made when they are read: from a file, or cut out of a table as windows."""

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
    """An array `(samples, time, ...)` of float32 of which some samples can be had at a time.

    streamed: whether a training reads it batch by batch, for the whole of it is too large.
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
        """Return how many numbers there are."""
        return math.prod(self.shape)

    def chunks(self) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Yield all samples in order, some CHUNK_BYTES at a time, with their positions."""
        size = max(1, CHUNK_BYTES // (ITEM_BYTES * math.prod(self.shape[1:])))
        for first in range(0, len(self), size):
            positions = np.arange(first, min(first + size, len(self)))
            yield slice(first, first + len(positions)), self.read(positions)


class Overlay(NamedTuple):
    """Values that a column's rows have in those windows alone that reach to a later row, `known_from` `(rows,)`."""

    column: int
    values: NDArray[np.float32]
    known_from: NDArray[np.int64]


def apply_overlays(
    x: NDArray[np.float32], rows: NDArray[np.int64], lasts: NDArray[np.int64], overlays: Sequence[Overlay]
) -> NDArray[np.float32]:
    """Put values into samples whose last row tells them; no row behind it changes a sample.

    x: `(samples, time, features)`, written to; rows: `(samples, time)`; lasts: `(samples,)`.
    """
    for column, values, known_from in overlays:
        known = known_from[rows]
        x[..., column] = np.where((known > 0) & (known <= lasts[:, None]), values[rows], x[..., column])
    return x


@dataclass(frozen=True)
class Windowed(OnDemand):
    """Windows of `timesteps` rows of `matrix` `(rows, features)`, which begin at `starts` `(samples,)`.

    Neighbouring windows share most of their rows: cut out, they would take `timesteps` times the table's memory.
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
    """Return `(height,)`: how many of the windows hold each row of a table; no two start on one row.

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
