"""The frequency of the rows of a table: a fixed step in time, months, or business days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[Any]

JITTER = 0.1
"""How early or late a regular row may be, as a fraction of a step."""

STEP_JITTER = 2 * JITTER
"""How much longer or shorter a regular step may be, as a fraction: from a late row to an early row, or vice versa."""

MOST_UNUSUAL = 0.5
"""If a larger fraction of the steps differs from the most frequent step, the median is used."""

DAY_MICROSECONDS = 86_400e6

LATE = 25
"""Rows that are all on weekdays from this day of the month on are at the end of the month."""

_NAMES = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))

HOUR_SECONDS, DAY_SECONDS, WEEK_SECONDS = 3_600, 86_400, 604_800


@dataclass(frozen=True)
class Frequency:
    """The step from one row to the next, as `count` units.

    unit: microseconds for a fixed step in time, or `number` for a counter
    day: the day of the month of monthly rows; shorter months use their last day
    on_weekdays: whether monthly rows that would fall on a weekend are dated on the Friday before
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
        """The possible numbers of rows in a season, the shortest first.

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
        """Return `(moments - 1,)`, the number of steps between each moment and the next, with fractions."""
        if self.unit == "month":
            months = (moments.dt.year().cast(pl.Int64) * 12 + moments.dt.month()).to_numpy()
            return np.asarray(np.diff(months) / self.count)
        if self.unit == "business day":
            days = moments.dt.date().to_numpy().astype("datetime64[D]")
            within = np.diff(_time_of_day(moments)) / DAY_MICROSECONDS
            return np.asarray((np.busday_count(days[:-1], days[1:]) + within) / self.count)
        return np.asarray(np.diff(ticks(moments)) / self.count)

    def after(self, moments: pl.Series, steps: Array | int) -> pl.Series:
        """Return the moment `steps` `(moments,)` after each moment, along the calendar if days or months vary."""
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
    """Return local times in their zone.

    Times that summer time skips are moved an hour later. For times that occur twice, the earlier moment is used.
    """
    found = moments.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    if found.null_count() == moments.null_count():
        return found
    later = (moments + timedelta(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return found.zip_with(found.is_not_null(), later)


def _seasons(seconds: float) -> tuple[int, ...]:
    """Return the rows in an hour, a day, a week and a year (Hyndman and Athanasopoulos, 2021, section 12.1)."""
    if seconds == DAY_SECONDS:
        return (7, 365)
    if seconds == WEEK_SECONDS:
        return (52,)
    lengths = [HOUR_SECONDS] if seconds < 60 else []
    lengths += [DAY_SECONDS, WEEK_SECONDS] if seconds < DAY_SECONDS else []
    return tuple(round(length / seconds) for length in lengths if length % seconds == 0)


def ticks(moments: pl.Series) -> Array:
    """Return moments as microseconds since 1970. Return numbers unchanged."""
    return (moments.dt.timestamp("us") if moments.dtype.is_temporal() else moments).to_numpy()


def _time_of_day(moments: pl.Series) -> Array:
    midnights = moments.dt.truncate("1d")
    return np.asarray(ticks(moments) - ticks(midnights))


def infer_frequency(moments: pl.Series, groups: Array) -> Frequency | None:
    """Return the usual step between the ordered rows of a group; None if no group has two different moments.

    moments: `(rows,)`, times or numbers
    groups: `(rows,)`, ascending
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
    """Return the most frequent step if it is in the majority, else about the median."""
    if steps.min() == steps.max():
        return float(steps[0])
    values, counts = np.unique(steps, return_counts=True)
    if counts.max() >= MOST_UNUSUAL * len(steps):
        return float(values[counts.argmax()])
    middle = np.sort(steps)[len(steps) // 2]
    near = np.abs(steps - middle) <= STEP_JITTER * middle
    return float(_round_step(float(steps[near].mean())))


def _round_step(step: float) -> float:
    """Return the whole number of days, hours, minutes or seconds within 1% of a step in microseconds, else the step."""
    for seconds, _ in _NAMES:
        whole = round(step / (seconds * 1e6)) * seconds * 1e6
        if whole and abs(whole - step) <= 0.01 * step:
            return whole
    return step


def _months(moments: pl.Series, inside: Array) -> Frequency | None:
    """Return the step of monthly rows, which are on the same day or at the end of the month; None for other rows."""
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
    """Return the day of the month of all rows; None if they differ. Shorter months may use their last day."""
    days, last = moments.dt.day(), moments.dt.date().dt.month_end().dt.day()
    if (days == last).all():
        return 31
    latest = int(days.max())  # type: ignore[arg-type]
    return latest if (days == pl.select(pl.min_horizontal(last, pl.lit(latest, pl.Int8))).to_series()).all() else None


def _business_days(moments: pl.Series, steps: Array) -> Frequency | None:
    """Return a step of one business day if the rows skip only the weekends; None for other rows."""
    days = steps / DAY_MICROSECONDS
    weekends = np.isclose(days, 3, atol=JITTER).mean()
    if (moments.dt.weekday() > 5).any() or not 0.1 <= weekends <= 0.3 or np.isclose(days, 1, atol=JITTER).mean() < 0.5:
        return None
    return Frequency("business day", 1)


@dataclass(frozen=True)
class Spacing:
    """The distances between the rows of a table in time.

    positions: `(rows,)`, whole steps of the frequency since the first row of the group
    repeated: the number of rows with the same time as the row before
    irregular: the number of steps that are longer or shorter than the usual step
    off_grid: the number of irregular steps that are not a multiple of the usual step
    missing: the number of rows that are missing from a regular grid
    """

    positions: Array
    repeated: int = 0
    irregular: int = 0
    off_grid: int = 0
    missing: int = 0


def spacing_of(moments: pl.Series, groups: Array, frequency: Frequency | None) -> Spacing:
    """Return the positions of rows on the grid of a frequency. Moments are ordered within each group."""
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
