"""Split series by time, and choose a window length that fits the training set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.times.frequency import Frequency, ticks
from tdcli.guess.core.groups import GroupedSeries

SHARES = {"validation": 0.15, "test": 0.2}
LONGEST = 200
"""Rows of a window. Longer seasons are not guessed."""

USUAL, USUAL_YEARS = 24, 12
SHORTEST_SEASON = 8
"""Rows of a season. Two shorter seasons make a window."""

SPANS = (86_400e6, 3_600e6, 60e6)
"""Microseconds of a day, an hour and a minute. A window covers the longest of them that has not too many rows."""

FEWEST_MEMBERS = 0.9
"""Fraction of the groups that must have rows in all sets if all groups are split at one date."""


@dataclass(frozen=True)
class SeriesSplit:
    """Series split by time. `calendar`: all groups are split at the same time, unless `each_group`."""

    series: GroupedSeries
    calendar: bool
    given_test: bool = False

    @cached_property
    def each_group(self) -> bool:
        """Whether a single date would leave too many of the overlapping series without rows in some set."""
        if not self.calendar or len(self.series.lengths) < 2 or self.series.follow_each_other:
            return False
        train, test = self._cut_at_one_moment()
        groups = self.series.groups
        counts = [np.bincount(groups[part], minlength=len(self.series.lengths)) for part in (train, test)]
        return bool(((counts[0] > 1) & (counts[1] > 0)).mean() < FEWEST_MEMBERS)

    @cached_property
    def train(self) -> Array:
        """Return `(rows,)`: whether each row of the series, in their order, is in the training set."""
        if self.calendar and not self.each_group:
            return self._cut_at_one_moment()[0]
        lengths = self.series.lengths
        places = np.arange(len(self.series.groups)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.asarray(places < np.repeat([self._sizes(length)[0] for length in lengths.tolist()], lengths))

    def _sizes(self, rows: int) -> tuple[int, int]:
        test = 0 if self.given_test else round(SHARES["test"] * rows)
        return rows - test - round(SHARES["validation"] * (rows - test)), test

    def _cut_at_one_moment(self) -> tuple[Array, Array]:
        moments = ticks(self.series.axis)
        in_order, (train, test) = np.sort(moments), self._sizes(len(moments))
        ends = np.append(in_order, np.inf)
        return moments < ends[train], moments >= ends[len(moments) - test]

    @cached_property
    def room(self) -> int:
        """The training rows of a short series: the 10 % quantile."""
        counts = np.bincount(self.series.groups[self.train], minlength=len(self.series.lengths))
        return int(np.quantile(counts[counts > 0], 0.1)) if counts.any() else 0

    @property
    def timesteps(self) -> int:
        """The rows of a window: a season, if it fits several times into the training rows of a series."""
        room = self.room // (2 if len(self.series.lengths) > 9 else 3)
        season = season_in(self.series)
        if season is None:
            return max(1, min(USUAL_YEARS if _is_yearly(self.series.frequency) else USUAL, room))
        length = season if season >= SHORTEST_SEASON else 2 * season
        while length > max(1, room):
            length //= 2
        return max(1, length)


def _is_yearly(frequency: Frequency | None) -> bool:
    return frequency is not None and frequency.unit == "month" and frequency.count >= 12


def season_in(series: GroupedSeries) -> int | None:
    """Return how many rows a window over series should have; None for rows at irregular times."""
    return None if series.comes_irregularly else season_of(series.frequency)


def season_of(frequency: Frequency | None) -> int | None:
    """Return how many rows a window should have: a season, or a shorter span if a season has too many rows.

    >>> season_of(Frequency("month", 1)), season_of(Frequency("microsecond", 1.8e9))
    (12, 48)
    >>> season_of(Frequency("microsecond", 6e7)), season_of(Frequency("number", 1))
    (60, None)
    """
    if frequency is None:
        return None
    if frequency.seasons and frequency.seasons[0] <= LONGEST:
        return frequency.seasons[0]
    if frequency.unit != "microsecond":
        return None
    spans = (round(span / frequency.count) for span in SPANS)
    return next((rows for rows in spans if SHORTEST_SEASON <= rows <= LONGEST), None)


def split_value(parting: SeriesSplit) -> dict[str, object]:
    """Return the `split` of windows over series."""
    shares = {"validation": 0.15} if parting.given_test else SHARES
    return {"by": "time", **({"each_group": True} if parting.each_group else {}), **shares}
