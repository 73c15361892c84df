"""Which rows of a table make each sample."""

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
    """Where samples lie among the rows, and what they are called.

    starts: `(samples,)`, the first row of each; answers, known: `(places,)`, how many rows on from there its
    targets and their last known values stand, None where the target is not asked for or has no such value;
    lengths: `(samples,)`, None where all have `timesteps` rows: beyond its length a sample repeats its last row;
    offsets: `(places,)`, how many rows on from its first a window answers, whether or not these are there;
    notes: remarks on the samples that a user should read.
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
        """Return the samples whose answer was measured. Raises SpecError where there are none."""
        left_out = len(self) - len(kept)
        if not left_out:
            return self
        if not len(kept):
            message = f"no {noun} is left: their targets were never measured"
            raise TooFewRowsError.of("too-few-rows", message, "give data in which cells of the target are not missing")
        note = f"{left_out:,} of {len(self):,} {noun}s are left out: their target was not measured"
        return replace(self.take(kept), notes=(*self.notes, note))

    @property
    def rows(self) -> Array:
        """Return `(samples, time)`."""
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
        """Return `(height,)`: how many of the samples hold each row of the table."""
        return coverage(self.starts, self.timesteps if self.lengths is None else self.lengths, height)

    def _at(self, rows_on: Array) -> Array:
        if self.lengths is not None:
            rows_on = np.minimum(rows_on, self.lengths[:, None] - 1)
        return np.asarray(self.starts[:, None] + rows_on)


@dataclass(frozen=True)
class Layout(ABC):
    """How a table is cut into samples, and how these are split.

    targets: the columns to predict; group: those that tell groups apart; weight: the column of the samples' weights;
    padding: the value on padded steps; target_change: the change since a sample's last row is learnt.
    """

    signature: Signature
    targets: tuple[str, ...]
    group: tuple[str, ...]
    cleaning: CleaningPolicy
    weight: str | None = None
    padding: float = 0.0
    target_change: bool = False

    by_file: ClassVar[bool]
    """Whether groups of one name in two files are two groups."""

    noun: ClassVar[str]
    """What one sample is called."""

    @abstractmethod
    def cut(self, rows: Rows, *, targets: bool, future: bool = False) -> TableSamples:
        """Cut clean rows into samples. Raises SpecError where there are none."""

    @abstractmethod
    def split(
        self, rows: Rows, samples: TableSamples, strata: Array | None, split: Split, seed: int, *, given_test: bool
    ) -> PartIndices:
        """Share out the samples; `strata` `(samples,)` are their classes, None if they have none."""

    def notes(self, split: Split) -> tuple[str, ...]:
        """Return remarks on the way of splitting."""
        return ()
