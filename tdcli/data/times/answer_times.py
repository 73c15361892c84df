"""The times of the rows that samples predict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from functools import cached_property

import numpy as np
import polars as pl

from tdcli.data.times.frequency import Array, Frequency


@dataclass(frozen=True)
class TableTimes:
    """The moments of a table's rows `(rows,)`, ordered within each block. `blocks` `(rows,)` is ascending."""

    moments: pl.Series
    blocks: Array
    frequency: Frequency | None

    @cached_property
    def form(self) -> str:
        """The format in which the moments are written."""
        return time_form(self.moments)

    def at(self, rows: Array, block_of: Array) -> pl.Series:
        """Return the moments of `rows` `(rows,)`, each in the block of the row in `block_of` `(rows,)`.

        Beyond the end of a block, moments continue along the calendar. They are null there if the frequency is
        unknown.
        """
        ends = np.searchsorted(self.blocks, self.blocks[block_of], side="right")
        there = np.minimum(rows, ends - 1)
        moments, beyond = self.moments.gather(there), rows - there
        places = np.flatnonzero(beyond)
        if not len(places):
            return moments
        later = self.frequency.after(moments.gather(places), beyond[places]) if self.frequency else None
        return moments.scatter(places, later)


@dataclass(frozen=True)
class AnswerTimes:
    """The times of the rows that samples predict: `offsets` `(places,)` rows after `firsts` `(samples,)`."""

    table: TableTimes
    firsts: Array
    offsets: Array

    def take(self, chosen: Array) -> AnswerTimes:
        """Return the times of some of the samples."""
        return replace(self, firsts=self.firsts[chosen])

    def ends(self) -> tuple[str, str]:
        """Return the first time and the last."""
        rows = np.concatenate([self.firsts + self.offsets[0], self.firsts + self.offsets[-1]])
        moments = self.table.at(rows, np.tile(self.firsts, 2)).drop_nulls().sort()
        first, last = moments.gather([0, -1]).dt.strftime(self.table.form)
        return first, last

    def texts(self) -> Array:
        """Return `(samples, places)`, the times as texts."""
        rows = self.firsts[:, None] + self.offsets
        moments = self.table.at(rows.ravel(), np.repeat(self.firsts, len(self.offsets)))
        return np.asarray(moments.dt.strftime(self.table.form).to_numpy().reshape(rows.shape))


def time_form(moments: pl.Series) -> str:
    """Return the shortest ISO 8601 format that represents all moments, with the UTC offset if they have a zone.

    >>> from datetime import datetime
    >>> time_form(pl.Series([datetime(2010, 1, 31), datetime(2010, 2, 1)]))
    '%Y-%m-%d'
    >>> time_form(pl.Series([datetime(2010, 1, 31, 5)]).dt.replace_time_zone("UTC"))
    '%Y-%m-%d %H:%M%:z'
    """
    zone = "%:z" if moments.dtype.time_zone else ""  # type: ignore[attr-defined]
    if not zone and (moments.dt.time() == time()).all():
        return "%Y-%m-%d"
    if (moments.dt.microsecond() != 0).any():
        return f"%Y-%m-%d %H:%M:%S%.f{zone}"
    return f"%Y-%m-%d %H:%M:%S{zone}" if (moments.dt.second() != 0).any() else f"%Y-%m-%d %H:%M{zone}"
