"""Join the columns of dates and times into one text for each row."""

from __future__ import annotations

from datetime import datetime, time

import polars as pl

from tdcli.data.times.parsing import whole_texts
from tdcli.sources.tables.time_parts import time_parts

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


def join_time_columns(columns: pl.DataFrame) -> pl.Series:
    """Return the joined texts `(rows,)` of several columns.

    >>> columns = pl.DataFrame({"year": [2010, 2010], "month": [1, 12], "day": [31, 1], "hour": [5, 23]})
    >>> join_time_columns(columns).to_list()
    ['2010-1-31 5', '2010-12-1 23']
    >>> join_time_columns(pl.DataFrame({"Date": ["10/03/2004"], "Time": ["18.00.00"]})).to_list()
    ['10/03/2004 18.00.00']
    """
    parts = time_parts(columns.columns) or _parts_behind_years(columns)
    texts = [_column_text(column) for column in columns]
    if parts is None:
        texts[1:] = [
            _clock_text(text, column) for text, column in zip(texts[1:], columns.get_columns()[1:], strict=True)
        ]
        return _concatenate(texts, " ")
    return _concatenate([_piece(text, part) for text, part in zip(texts, parts, strict=True)], "")


def _parts_behind_years(columns: pl.DataFrame) -> tuple[str, ...] | None:
    """Return the time parts of columns if the first contains four-digit years under another name; else None."""
    first, *names = columns.columns
    if not names or columns[first].dtype.is_temporal():
        return None
    years = columns[first].cast(pl.Float64, strict=False)
    if years.null_count() or not years.is_between(1000, 2999).all():
        return None
    return time_parts(["year", *names])


def _concatenate(texts: list[pl.Series], separator: str) -> pl.Series:
    columns = {str(place): text for place, text in enumerate(texts)}
    return pl.DataFrame(columns).select(pl.concat_str(pl.all(), separator=separator)).to_series()


def _column_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Datetime:
        midnights = bool((column.dt.time() == time()).all())
        return (column.dt.date() if midnights else column.dt.replace_time_zone(None)).cast(pl.String)
    if column.dtype == pl.Duration:
        return (column + datetime(1970, 1, 1)).dt.time().cast(pl.String)
    whole = whole_texts(column) if column.dtype.is_numeric() else None
    return column.cast(pl.String).str.strip_chars() if whole is None else whole


def _clock_text(text: pl.Series, column: pl.Series) -> pl.Series:
    """Pad a number such as 530 to a time of day, `0530`. Hours are unchanged."""
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
