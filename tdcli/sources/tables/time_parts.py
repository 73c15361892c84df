"""Columns that each hold one part of a time: a year, a month, a day and so on."""

from collections.abc import Sequence

PARTS = {
    "year": ("year", "yr", "yyyy"),
    "quarter": ("quarter", "qtr", "q"),
    "month": ("month", "mon", "mnth", "mm"),
    "week": ("week", "wk"),
    "yearday": ("dayofyear", "day_of_year", "doy", "yday", "yearday"),
    "day": ("day", "dd", "mday", "day_of_month"),
    "hour": ("hour", "hr", "hh"),
    "minute": ("minute", "min", "mi"),
    "second": ("second", "sec", "ss"),
}
"""The usual names of such columns."""


def part_of(column: str) -> str | None:
    """Return the part of a time that a column is named after; None for other names.

    >>> part_of("Year"), part_of("hr"), part_of("value")
    ('year', 'hour', None)
    """
    name = column.strip().casefold()
    return next((part for part, names in PARTS.items() if name in names), None)


def time_parts(columns: Sequence[str]) -> tuple[str, ...] | None:
    """Return the parts of a time that columns are named after, the year first; None for other columns.

    >>> time_parts(["year", "month"]), time_parts(["Date", "Time"])
    (('year', 'month'), None)
    """
    parts = [part_of(column) for column in columns]
    named = tuple(part for part in parts if part is not None)
    return named if len(named) == len(columns) == len(set(named)) and named[:1] == ("year",) else None


def years_first(columns: Sequence[str]) -> list[str]:
    """Return columns that are named after parts of a time in order, from the year to the second.

    >>> years_first(["day", "month", "year"]), years_first(["Time", "Date"])
    (['year', 'month', 'day'], ['Time', 'Date'])
    """
    places = {part: place for place, part in enumerate(PARTS)}
    ordered = sorted(columns, key=lambda name: places.get(part_of(name) or "", -1))
    return ordered if time_parts(ordered) else list(columns)
