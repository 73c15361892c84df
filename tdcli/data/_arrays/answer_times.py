"""When the rows are that samples answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

import numpy as np
import polars as pl

from tdcli.data._arrays.frequency import Array, Frequency


@dataclass(frozen=True)
class AnswerTimes:
    """The times of the rows that samples answer; those behind a group's last row go on along the calendar.

    times: `(rows,)` of a table; groups: `(rows,)`, ascending; firsts: `(samples,)`, the row before the first answer by
    `offsets[0]` rows; offsets: `(places,)`.
    """

    times: pl.Series
    groups: Array
    frequency: Frequency | None
    firsts: Array
    offsets: Array

    def take(self, chosen: Array) -> AnswerTimes:
        """Return the times of some of the samples."""
        return replace(self, firsts=self.firsts[chosen])

    def texts(self) -> Array:
        """Return `(samples, places)`: the times as texts; empty where a row has no time yet, and no step is known."""
        rows = self.firsts[:, None] + self.offsets
        ends = np.searchsorted(self.groups, self.groups[self.firsts], side="right")[:, None]
        there = np.minimum(rows, ends - 1)
        moments = self.times.gather(there.ravel())
        beyond = (rows - there).ravel()
        for steps in np.unique(beyond[beyond > 0]).tolist():
            places = np.flatnonzero(beyond == steps)
            later = self.frequency.after(moments.gather(places), steps) if self.frequency else None
            moments = moments.scatter(places, later)
        return np.asarray(time_texts(moments, self.times).to_numpy().reshape(rows.shape))


def time_texts(moments: pl.Series, among: pl.Series | None = None) -> pl.Series:
    """Write moments as ISO 8601 does, as short as all moments `among` allow, with the distance from UTC of a zone.

    >>> from datetime import datetime
    >>> time_texts(pl.Series([datetime(2010, 1, 31), datetime(2010, 2, 1)])).to_list()
    ['2010-01-31', '2010-02-01']
    >>> time_texts(pl.Series([datetime(2010, 1, 31, 5)]).dt.replace_time_zone("UTC")).to_list()
    ['2010-01-31 05:00+00:00']
    """
    known = moments if among is None else among
    zone = known.dtype.time_zone  # type: ignore[attr-defined]
    clocks = known.dt.time()
    if zone is None and (clocks == time()).all():
        return moments.dt.strftime("%Y-%m-%d")
    seconds = (known.dt.second() != 0).any()
    fractions = "%.f" if (known.dt.microsecond() != 0).any() else ""
    return moments.dt.strftime(
        "%Y-%m-%d %H:%M" + (f":%S{fractions}" if seconds or fractions else "") + ("%:z" if zone else "")
    )
