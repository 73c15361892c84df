"""Samples that are windows over the rows of a table, cut out when they are read. Imports NumPy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tdcli.data._on_demand import OnDemand


@dataclass(frozen=True)
class Windowed(OnDemand):
    """Windows of `timesteps` rows of `matrix` `(rows, features)`, which begin at `starts` `(samples,)`.

    Neighbouring windows share most of their rows: cut out, they would take `timesteps` times the table's memory.
    """

    matrix: NDArray[np.float32]
    starts: NDArray[np.int64]
    timesteps: int
    streamed: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Return `(samples, time, features)`."""
        return (len(self.starts), self.timesteps, self.matrix.shape[1])

    def read(self, positions: NDArray[Any]) -> NDArray[Any]:
        """Return the windows at these positions of `starts`, `(positions, time, features)`."""
        rows: NDArray[Any] = self.matrix[self.starts[positions][:, None] + np.arange(self.timesteps)]
        return rows


def coverage(starts: NDArray[np.int64], lengths: NDArray[np.int64] | int, height: int) -> NDArray[np.int32]:
    """Return `(height,)`: how many of the windows hold each row of a table.

    >>> coverage(np.array([0, 1, 4]), 2, 7).tolist()
    [1, 2, 1, 0, 1, 1, 0]
    """
    change = np.zeros(height + 1, np.int32)
    np.add.at(change, starts, 1)
    np.subtract.at(change, starts + lengths, 1)
    return np.cumsum(change, out=change)[:height]
