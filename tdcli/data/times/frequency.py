"""How far apart the rows of a table are in time: by a fixed step, by months, or by business days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[Any]

JITTER = 0.1
"""Of a step: what a row may be early or late without being irregular."""

STEP_JITTER = 2 * JITTER
"""Of a step: what it may be longer or shorter, from a row that is late to one that is early."""

MOST_UNUSUAL = 0.5
"""Of the steps: with more of them of another length, the median is the step."""

DAY_MICROSECONDS = 86_400e6

LATE = 25
"""The day of a month from which on rows on weekdays alone are those of its end."""

_NAMES = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))

HOUR_SECONDS, DAY_SECONDS, WEEK_SECONDS = 3_600, 86_400, 604_800


@dataclass(frozen=True)
class Frequency:
    """`count` units from one row to the next; microseconds for a fixed step in time, `number` for a counter.

    day: of the month, on which rows of months are dated, or on its last where it is shorter; on_weekdays: those that
    would be on a weekend are dated by the Friday before.
    """

    unit: Literal["microsecond", "month", "business day", "number"]
    count: float
    day: int = 1
    on_weekdays: bool = False

    @property
    def name(self) -> str:
        """The step as text: `30 minutes`, `3 months`, `business day`.

        >>> Frequency("microsecond", 1.8e9).name, Frequency("month", 12).name, Frequency("number", 0.5).name
        ('30 minutes', '1 year', '0.5')
        """
        if self.unit == "number":
            return f"{self.count:.6g}"
        count, unit = self.count, self.unit
        if unit == "month" and count % 12 == 0:
            count, unit = count / 12, "year"  # type: ignore[assignment]
        elif unit == "microsecond":
            seconds = count / 1e6
            size, unit = next((each for each in _NAMES if seconds % each[0] == 0), _NAMES[-1])  # type: ignore[assignment]
            count = seconds / size
        return f"{count:.6g} {unit}" + ("" if count == 1 else "s")

    @property
    def seasons(self) -> tuple[int, ...]:
        """How many rows a season may have, the shortest first.

        >>> Frequency("microsecond", 3.6e9).seasons, Frequency("month", 3).seasons, Frequency("month", 12).seasons
        ((24, 168), (4,), ())
        """
        if self.unit == "month":
            return (round(12 / self.count),) if self.count < 12 and 12 % self.count == 0 else ()
        if self.unit == "business day":
            return (5, 260) if self.count == 1 else ()
        if self.unit == "number":
            return ()
        return _seasons(self.count / 1e6)

    def elapsed(self, moments: pl.Series) -> Array:
        """Return `(moments - 1,)`: how many steps lie between one moment and the next, as fractions."""
        if self.unit == "month":
            months = (moments.dt.year().cast(pl.Int64) * 12 + moments.dt.month()).to_numpy()
            return np.asarray(np.diff(months) / self.count)
        if self.unit == "business day":
            days = moments.dt.date().to_numpy().astype("datetime64[D]")
            within = np.diff(_time_of_day(moments)) / DAY_MICROSECONDS
            return np.asarray((np.busday_count(days[:-1], days[1:]) + within) / self.count)
        return np.asarray(np.diff(ticks(moments)) / self.count)

    def after(self, moments: pl.Series, steps: Array | int) -> pl.Series:
        """Return the moment so many steps `(moments,)` after each: along the calendar, where days and months differ."""
        counts = np.broadcast_to(self.count * np.asarray(steps), len(moments))
        if self.unit == "number":
            return moments + pl.Series(counts)
        counts = np.rint(counts).astype(np.int64)
        if self.unit == "microsecond" and self.count % DAY_MICROSECONDS:
            return moments + pl.Series(counts).cast(pl.Duration("us"))
        zone = moments.dtype.time_zone  # type: ignore[attr-defined]
        later = self._along_the_calendar(moments.dt.replace_time_zone(None), counts)
        return localize(later, zone) if zone else later

    def _along_the_calendar(self, moments: pl.Series, counts: Array) -> pl.Series:
        moment, count = pl.col("moment"), pl.col("count")
        if self.unit == "microsecond":
            later = moment + pl.duration(microseconds=count)
        elif self.unit == "business day":
            later = moment.dt.add_business_days(count, roll="backward")
        else:
            first = moment.dt.month_start().dt.offset_by(pl.format("{}mo", count))
            last = first.dt.month_end().dt.day().cast(pl.Int64)
            later = first + pl.duration(days=pl.min_horizontal(last, self.day) - 1)
            later = later.dt.add_business_days(0, roll="backward") if self.on_weekdays else later
        return pl.DataFrame({"moment": moments, "count": counts}).select(later).to_series()


def localize(moments: pl.Series, zone: str) -> pl.Series:
    """Return local times in their zone; those that summer time skips an hour later, the earlier of two."""
    found = moments.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    if found.null_count() == moments.null_count():
        return found
    later = (moments + timedelta(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return found.zip_with(found.is_not_null(), later)


def _seasons(seconds: float) -> tuple[int, ...]:
    """Return the rows of an hour, a day, a week and a year (Hyndman and Athanasopoulos, 2021, section 12.1)."""
    if seconds == DAY_SECONDS:
        return (7, 365)
    if seconds == WEEK_SECONDS:
        return (52,)
    lengths = [HOUR_SECONDS] if seconds < 60 else []
    lengths += [DAY_SECONDS, WEEK_SECONDS] if seconds < DAY_SECONDS else []
    return tuple(round(length / seconds) for length in lengths if length % seconds == 0)


def ticks(moments: pl.Series) -> Array:
    """Return moments as microseconds since 1970, numbers as they are."""
    return (moments.dt.timestamp("us") if moments.dtype.is_temporal() else moments).to_numpy()


def _time_of_day(moments: pl.Series) -> Array:
    midnights = moments.dt.truncate("1d")
    return np.asarray(ticks(moments) - ticks(midnights))


def infer_frequency(moments: pl.Series, groups: Array) -> Frequency | None:
    """Return the usual step between rows of one group, which are in order; None where no row follows another.

    moments: `(rows,)` times or numbers; groups: `(rows,)`, ascending.
    """
    inside = np.diff(groups) == 0
    steps = np.diff(ticks(moments))[inside]
    steps = steps[steps > 0]
    if not len(steps):
        return None
    if not moments.dtype.is_temporal():
        return Frequency("number", _usual(steps))
    fixed = Frequency("microsecond", _usual(steps))
    if fixed.count < 1e6 * DAY_SECONDS * (1 - JITTER):
        return fixed
    return _months(moments, inside) or _business_days(moments, steps) or fixed


def _usual(steps: Array) -> float:
    """Return the most frequent step, or the median where none is that of most."""
    if steps.min() == steps.max():
        return float(steps[0])
    values, counts = np.unique(steps, return_counts=True)
    if counts.max() >= MOST_UNUSUAL * len(steps):
        return float(values[counts.argmax()])
    middle = np.sort(steps)[len(steps) // 2]
    near = np.abs(steps - middle) <= STEP_JITTER * middle
    return float(_round_step(float(steps[near].mean())))


def _round_step(step: float) -> float:
    """Return the nearest whole second, minute, hour or day within a hundredth of a step of microseconds."""
    for seconds, _ in _NAMES:
        whole = round(step / (seconds * 1e6)) * seconds * 1e6
        if whole and abs(whole - step) <= 0.01 * step:
            return whole
    return step


def _months(moments: pl.Series, inside: Array) -> Frequency | None:
    """Return the step in months of rows on one day of the month, or on its last days; None for others."""
    day = _day_of_month(moments)
    late = bool((moments.dt.day() >= LATE).all()) and bool((moments.dt.weekday() <= 5).all())
    if day is None and not late:
        return None
    apart = Frequency("month", 1).elapsed(moments)[inside]
    apart = apart[apart > 0]
    if not len(apart) or (np.diff(ticks(moments))[inside] < 27 * DAY_MICROSECONDS).mean() > JITTER:
        return None
    return Frequency("month", _usual(apart), day=day or 31, on_weekdays=day is None)


def _day_of_month(moments: pl.Series) -> int | None:
    """Return the day on which all rows are, or on the last of a month that is shorter; None where there is none."""
    days, last = moments.dt.day(), moments.dt.date().dt.month_end().dt.day()
    if (days == last).all():
        return 31
    latest = int(days.max())  # type: ignore[arg-type]
    return latest if (days == pl.select(pl.min_horizontal(last, pl.lit(latest, pl.Int8))).to_series()).all() else None


def _business_days(moments: pl.Series, steps: Array) -> Frequency | None:
    """Return a step of a business day where rows leave out just the weekends; None for others."""
    days = steps / DAY_MICROSECONDS
    weekends = np.isclose(days, 3, atol=JITTER).mean()
    if (moments.dt.weekday() > 5).any() or not 0.1 <= weekends <= 0.3 or np.isclose(days, 1, atol=JITTER).mean() < 0.5:
        return None
    return Frequency("business day", 1)


@dataclass(frozen=True)
class Spacing:
    """How the rows of a table follow each other in time.

    positions: `(rows,)`, whole steps of the frequency from the first row of the group on.
    repeated: rows of the same time as the one before; irregular: steps of another length than the usual;
    off_grid: those of them that are no whole number of usual steps; missing: rows that a regular grid has in between.
    """

    positions: Array
    repeated: int = 0
    irregular: int = 0
    off_grid: int = 0
    missing: int = 0


def spacing_of(moments: pl.Series, groups: Array, frequency: Frequency | None) -> Spacing:
    """Return the rows' positions on the grid of a frequency; moments are in order within groups."""
    firsts = np.flatnonzero(np.concatenate([[True], np.diff(groups) != 0]))
    if len(firsts) == 1 and frequency is not None and bool((np.diff(ticks(moments)) == frequency.count).all()):
        return Spacing(np.arange(len(moments)))
    if frequency is None:
        rows = len(moments)
        return Spacing(np.zeros(rows, np.int64), repeated=rows - len(firsts))
    inside = np.diff(groups) == 0
    elapsed = np.where(inside, frequency.elapsed(moments), 0)
    whole = np.rint(elapsed)
    whole = np.where(inside & (elapsed != 0), np.maximum(whole, 1), 0).astype(np.int64)
    positions = np.concatenate([[0], np.cumsum(whole)])
    starts = np.repeat(positions[firsts], np.diff(np.append(firsts, len(groups))))
    return Spacing(
        positions - starts,
        repeated=int((inside & (elapsed == 0)).sum()),
        irregular=int((inside & (elapsed != 0) & (np.abs(elapsed - 1) > STEP_JITTER)).sum()),
        off_grid=int((inside & (elapsed != 0) & (np.abs(elapsed - whole) > STEP_JITTER)).sum()),
        missing=int(np.maximum(whole - 1, 0).sum()),
    )
