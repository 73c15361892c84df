"""The columns that tell when a row was, to one text or number a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

import polars as pl

from tdcli.data._arrays.time_parsing import whole_texts

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
"""What the columns of one moment are called."""

_BEFORE = {
    "quarter": " Q",
    "week": "-W",
    "month": "-",
    "yearday": "-",
    "day": "-",
    "hour": " ",
    "minute": ":",
    "second": ":",
}
_DIGITS = {"week": 2, "yearday": 3, "minute": 2, "second": 2}


def part_of(column: str) -> str | None:
    """Return which part of a moment a column's name stands for, if it does.

    >>> part_of("Year"), part_of("hr"), part_of("value")
    ('year', 'hour', None)
    """
    name = column.strip().casefold()
    return next((part for part, names in PARTS.items() if name in names), None)


def parts_of(columns: Sequence[str]) -> tuple[str, ...] | None:
    """Return the parts of a moment that columns are named after, from the year on; None for other columns.

    >>> parts_of(["year", "month"]), parts_of(["Date", "Time"])
    (('year', 'month'), None)
    """
    parts = [part_of(column) for column in columns]
    named = tuple(part for part in parts if part is not None)
    return named if len(named) == len(columns) == len(set(named)) and named[0] == "year" else None


def from_the_year_on(columns: Sequence[str]) -> list[str]:
    """Return columns that are named after the parts of a moment from the longest part to the shortest.

    >>> from_the_year_on(["day", "month", "year"]), from_the_year_on(["Time", "Date"])
    (['year', 'month', 'day'], ['Time', 'Date'])
    """
    places = {part: place for place, part in enumerate(PARTS)}
    ordered = sorted(columns, key=lambda name: places.get(part_of(name) or "", -1))
    return ordered if parts_of(ordered) else list(columns)


def joined(columns: pl.DataFrame) -> pl.Series:
    """Return the texts `(rows,)` that several columns make together.

    >>> joined(pl.DataFrame({"year": [2010, 2010], "month": [1, 12], "day": [31, 1], "hour": [5, 23]})).to_list()
    ['2010-1-31 5', '2010-12-1 23']
    >>> joined(pl.DataFrame({"Date": ["10/03/2004"], "Time": ["18.00.00"]})).to_list()
    ['10/03/2004 18.00.00']
    """
    parts = parts_of(columns.columns) or _parts_behind_years(columns)
    texts = [_text(column) for column in columns]
    if parts is None:
        texts[1:] = [_clock(text, column) for text, column in zip(texts[1:], columns.get_columns()[1:], strict=True)]
        return _concatenated(texts, " ")
    return _concatenated([_piece(text, part) for text, part in zip(texts, parts, strict=True)], "")


def _parts_behind_years(columns: pl.DataFrame) -> tuple[str, ...] | None:
    """Return the parts of columns of which the first has another name and holds years of four digits."""
    first, *names = columns.columns
    if not names or columns[first].dtype.is_temporal():
        return None
    years = columns[first].cast(pl.Float64, strict=False)
    if years.null_count() or not years.is_between(1000, 2999).all():
        return None
    return parts_of(["year", *names])


def _concatenated(texts: list[pl.Series], separator: str) -> pl.Series:
    columns = {str(place): text for place, text in enumerate(texts)}
    return pl.DataFrame(columns).select(pl.concat_str(pl.all(), separator=separator)).to_series()


def _text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Datetime:
        midnights = bool((column.dt.time() == time()).all())
        return (column.dt.date() if midnights else column.dt.replace_time_zone(None)).cast(pl.String)
    if column.dtype == pl.Duration:
        return (column + datetime(1970, 1, 1)).dt.time().cast(pl.String)
    whole = whole_texts(column) if column.dtype.is_numeric() else None
    return column.cast(pl.String).str.strip_chars() if whole is None else whole


def _clock(text: pl.Series, column: pl.Series) -> pl.Series:
    """Write a number such as 530 as the time of day that it stands for, `0530`; hours stay as they are."""
    most = column.max() if column.dtype.is_numeric() else None
    if not isinstance(most, int | float) or most <= 24:
        return text
    return text.str.zfill(4 if most <= 2400 else 6)


def _piece(text: pl.Series, part: str) -> pl.Series:
    if part == "year":
        return text
    before = _BEFORE[part]
    if part == "quarter" and bool(text.str.contains("^[Qq]").any()):
        before = " "
    return before + text.str.zfill(_DIGITS.get(part, 1))
