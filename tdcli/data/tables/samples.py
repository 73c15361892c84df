"""The rows of a table that belong to each sample."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.lazy import coverage
from tdcli.data.splitting import PartIndices
from tdcli.data.tables.files.cells import TooFewRowsError
from tdcli.data.tables.rows import CleaningPolicy, Rows
from tdcli.signature import Signature
from tdcli.sources.core.split import Split


@dataclass(frozen=True)
class TableSamples:
    """The rows and the names of samples.

    starts: `(samples,)`, the first row of each sample
    index: `(samples,)`, the name of each sample in the data
    answers: `(places,)`, the offsets from the first row to the rows of the targets; None without targets
    known: `(places,)`, the offsets to the rows of the targets' last known values; None if there are none
    lengths: `(samples,)`; a sample repeats its last row beyond its length; None if all have `timesteps` rows
    offsets: `(places,)`, the offsets to the rows that a window predicts, whether or not these rows exist
    notes: notes on the samples for the user
    """

    starts: Array
    timesteps: int
    index: Array
    answers: Array | None = None
    known: Array | None = None
    lengths: Array | None = None
    offsets: Array | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, chosen: Array) -> TableSamples:
        """Return some of the samples."""
        lengths = None if self.lengths is None else self.lengths[chosen]
        return replace(self, starts=self.starts[chosen], index=self.index[chosen], lengths=lengths)

    def with_answers(self, kept: Array, noun: str) -> TableSamples:
        """Return the samples at `kept`, whose targets were measured. Raises SpecError if there are none."""
        left_out = len(self) - len(kept)
        if not left_out:
            return self
        if not len(kept):
            message = f"no {noun} is left, because all targets are missing"
            raise TooFewRowsError.of("too-few-rows", message, "use data with values in the target column")
        note = f"skipped {left_out:,} of {len(self):,} {noun}s because their target is missing"
        return replace(self.take(kept), notes=(*self.notes, note))

    @property
    def rows(self) -> Array:
        """Return the row of each timestep, `(samples, time)`."""
        return self._at(np.arange(self.timesteps))

    @property
    def targets(self) -> Array | None:
        """Return the rows of the targets, `(samples, places)`."""
        return None if self.answers is None else self._at(self.answers)

    @property
    def origins(self) -> Array | None:
        """Return the rows of the targets' last known values, `(samples, places)`."""
        return None if self.known is None else self._at(self.known)

    def coverage(self, height: int) -> Array:
        """Return `(height,)`, the number of samples that contain each row of the table."""
        return coverage(self.starts, self.timesteps if self.lengths is None else self.lengths, height)

    def _at(self, rows_on: Array) -> Array:
        if self.lengths is not None:
            rows_on = np.minimum(rows_on, self.lengths[:, None] - 1)
        return np.asarray(self.starts[:, None] + rows_on)


@dataclass(frozen=True)
class Layout(ABC):
    """How a table is cut into samples, and how the samples are split.

    targets: the columns to predict
    group: the columns whose values distinguish groups
    weight: the column of the sample weights
    padding: the value on padded timesteps
    target_change: whether the model learns the change since the last row of a sample
    """

    signature: Signature
    targets: tuple[str, ...]
    group: tuple[str, ...]
    cleaning: CleaningPolicy
    weight: str | None = None
    padding: float = 0.0
    target_change: bool = False

    by_file: ClassVar[bool]
    """Whether groups with the same name in different files are different groups."""

    noun: ClassVar[str]
    """The noun for one sample."""

    @abstractmethod
    def cut(self, rows: Rows, *, targets: bool, future: bool = False) -> TableSamples:
        """Cut clean rows into samples. Raises SpecError if there are none."""

    @abstractmethod
    def split(
        self, rows: Rows, samples: TableSamples, strata: Array | None, split: Split, seed: int, *, given_test: bool
    ) -> PartIndices:
        """Split the samples into parts. `strata` `(samples,)` are their classes, None if they have none."""

    def notes(self, split: Split) -> tuple[str, ...]:
        """Return notes on the split."""
        return ()
