"""Samples that stay in an HDF5 file until they are read. Imports NumPy."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tdcli.data.arrays.array_files import open_dataset
from tdcli.data.arrays.stored_array import fill_padding, no_longer_readable
from tdcli.data.lazy import OnDemand
from tdcli.sources.arrays.array_place import ArrayPlace


@dataclass(frozen=True)
class StoredHdf5(OnDemand):
    """Some samples of a dataset, in the order of `index`.

    lengths: the number of real timesteps of each sample; the later ones have the value `filler`
    """

    place: ArrayPlace
    index: NDArray[Any]
    lengths: NDArray[Any] | None = None
    filler: float = 0.0
    streamed: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """Return `(samples, time, ...)`."""
        return (len(self.index), *self._dataset.shape[1:])

    def read(self, positions: NDArray[Any]) -> NDArray[Any]:
        """Return the samples at these positions of `index`, `(positions, time, ...)` as float32.

        Raises ExecutionError if the file has changed and cannot be read any more.
        """
        rows, back = np.unique(self.index[positions], return_inverse=True)  # HDF5 reads only ascending rows
        try:
            values = np.asarray(self._dataset[rows], np.float32)[back]
        except OSError as error:
            raise no_longer_readable(self.place.file, str(error)) from None
        return values if self.lengths is None else fill_padding(values, self.lengths[positions], self.filler)

    @cached_property
    def _dataset(self) -> Any:
        return open_dataset(self.place)
