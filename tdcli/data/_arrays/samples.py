"""Which rows of a table make each sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tdcli.data._arrays.parting import Parts
from tdcli.data._arrays.rows import Rows
from tdcli.data._dataset import Array
from tdcli.data._signature import Signature
from tdcli.data._split import Split
from tdcli.data._table import Table


@dataclass(frozen=True)
class Samples:
    """Row numbers, and what the samples are called.

    rows: `(samples, time)`; targets, origins: `(samples, places)`, None where the target is not
    asked for or has no last known value; lengths: `(samples,)`, None where all are full: beyond
    its length a sample repeats its last row.
    """

    rows: Array
    targets: Array | None
    index: Array
    lengths: Array | None = None
    origins: Array | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: Array) -> Samples:
        """Return some of the samples."""

        def _part(values: Array | None) -> Array | None:
            return None if values is None else values[chosen]

        return Samples(
            self.rows[chosen], _part(self.targets), self.index[chosen], _part(self.lengths), _part(self.origins)
        )


@dataclass(frozen=True)
class Cut:
    """A table's samples, and remarks that a user should read."""

    samples: Samples
    notes: tuple[str, ...] = ()


class Layout(Protocol):
    """How a table is cut into samples, and how these are parted."""

    signature: Signature
    group: str | None
    by_file: bool
    padding: float
    target_change: bool

    @property
    def section(self) -> Table:
        """The section that describes the table."""

    def cut(self, rows: Rows, *, targets: bool, future: bool = False) -> Cut:
        """Cut clean rows into samples."""

    def parted(
        self, rows: Rows, samples: Samples, strata: Array | None, split: Split, seed: int, *, given_test: bool
    ) -> Parts:
        """Share out the samples; `strata` `(samples,)` are their classes, None if they have none."""

    def notes(self, split: Split) -> tuple[str, ...]:
        """Return remarks on the way of splitting."""
