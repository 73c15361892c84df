"""Samples that are made when they are read, not when the data are loaded. Imports NumPy."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

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
