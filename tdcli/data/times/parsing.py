"""Parse texts and numbers as moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from tdcli.sources.tables.time_formats import QUARTER, completion_of, formats_of, has_zone, is_day_first

MOMENT = pl.Datetime("us")
MOST_FORMATS = 8
"""The largest number of time formats in one column."""

EARLIEST, LATEST = datetime(1000, 1, 1), datetime(3000, 1, 1)
"""The range of years with four digits. An earlier year has two digits, or is not a year."""

EPOCHS = ((1e17, 1e-3), (1e14, 1.0), (1e11, 1e3), (1e8, 1e6))
"""The smallest number that is taken for nanoseconds, microseconds, milliseconds or seconds since 1970, and the number
of microseconds in each unit. The smallest numbers are days in March 1973."""

_FIRST, _END = pl.Series([EARLIEST, LATEST], dtype=MOMENT).to_physical()
MIDNIGHT = r"(^|[Tt\s])24((?:[:.]?00)+|$)"
"""The hour 24 at the end of a day. The character before it distinguishes it from a day of the month."""

_HALVES = {"a.m.": "am", "p.m.": "pm", "a. m.": "am", "p. m.": "pm"}
_QUARTERS = {f"Q{quarter}": f"-{3 * quarter - 2:02}" for quarter in range(1, 5)}


@dataclass(frozen=True)
class ParsedTimes:
    """Moments `(rows,)` in UTC or without a zone, and the formats in which they were written.

    failed: the first row that is not a time in these formats; None if all are
    """

    moments: pl.Series
    formats: tuple[str, ...]
    failed: int | None = None

    @property
    def unread(self) -> int:
        """The number of rows without a moment."""
        return self.moments.null_count()


class AmbiguousTimeError(ValueError):
    """The texts are valid times with the day first, and different times with the month first."""

    def __init__(self, row: int, day_first: ParsedTimes, month_first: ParsedTimes) -> None:
        super().__init__(f"row {row} can be read in two ways")
        self.row, self.readings = row, (day_first, month_first)


def read_texts(texts: pl.Series, known: Sequence[str] = ()) -> ParsedTimes:
    """Return the moments of texts, null for null. Raises AmbiguousTimeError.

    known: the formats of other texts in the same column; they are tried first, and decide whether the day comes first
    """
    order = next((first for first in map(is_day_first, known) if first is not None), None)
    day_first = _parse_formats(texts, known, day_first=order is not False)
    if order is not None or all(is_day_first(each) is None for each in day_first.formats):
        return day_first
    month_first = _parse_formats(texts, known, day_first=False)
    if day_first.failed is None and month_first.failed is None:
        differ = (day_first.moments != month_first.moments).arg_true()
        if len(differ):
            raise AmbiguousTimeError(differ[0], day_first, month_first)
    return min(day_first, month_first, key=lambda each: each.unread)


def read_format(texts: pl.Series, format: str) -> ParsedTimes:
    """Return the moments of texts in one format."""
    moments = parse(texts, format)
    return ParsedTimes(moments, (format,), _first_unread(texts, moments))


def _parse_formats(texts: pl.Series, known: Sequence[str], *, day_first: bool) -> ParsedTimes:
    formats: list[str] = []
    moments = pl.Series(texts.name, [None], MOMENT).new_from_index(0, len(texts))
    untried = list(known)
    while (row := _first_unread(texts, moments)) is not None and len(formats) < MOST_FORMATS:
        if not untried:
            untried = [each for each in formats_of(texts[row]) if is_day_first(each) in (None, day_first)]
            untried = [each for each in untried if each not in formats]
        if not untried or (formats and has_zone(untried[0]) != has_zone(formats[0])):
            break
        formats.append(untried.pop(0))
        moments = _parse_rest(texts, moments, formats[-1])
    return ParsedTimes(moments, tuple(formats), _first_unread(texts, moments))


def _first_unread(texts: pl.Series, moments: pl.Series) -> int | None:
    if moments.null_count() == texts.null_count():
        return None
    return (moments.is_null() & texts.is_not_null()).arg_max()


def _parse_rest(texts: pl.Series, moments: pl.Series, format: str) -> pl.Series:
    """Return the moments, completed by those of the remaining texts that this format can parse."""
    if moments.null_count() == len(moments):
        return parse(texts, format)
    left = moments.is_null() & texts.is_not_null()
    rows = left.arg_true()
    return moments.clone().scatter(rows, parse(texts.gather(rows), format).cast(moments.dtype))


def parse(texts: pl.Series, format: str) -> pl.Series:
    """Return the moments of texts in a format of `strptime`, null if a text has another format.

    If the format lacks the month, the day or the minute, the first one is used. Quarters are `Q%q`. Texts with a UTC
    offset are converted to UTC.

    >>> parse(pl.Series(["1990 Q1", "1990 Q4", "1991"]), "%Y Q%q").dt.strftime("%Y-%m-%d").to_list()
    ['1990-01-01', '1990-10-01', None]
    """
    prepared, directives = _prepare_for_polars(texts, format)
    completion = completion_of(format)
    moments = _strptime(prepared, directives, completion)
    if "%H" in format and moments.null_count() > texts.null_count():
        moments = _with_midnights(prepared, moments, directives, completion)
    return _within_years(moments)


def _strptime(texts: pl.Series, format: str, completion: tuple[str, str]) -> pl.Series:
    whole = texts + completion[0] if completion[0] else texts
    return whole.str.strptime(MOMENT, format + completion[1], strict=False)


def _prepare_for_polars(texts: pl.Series, format: str) -> tuple[pl.Series, str]:
    """Return texts, and a format that contains only directives of Polars."""
    if QUARTER in format:
        texts, format = texts.str.replace_many(_QUARTERS, ascii_case_insensitive=True), format.replace(QUARTER, "-%m")
    if "%B" in format or "%b" in format:
        texts = texts.str.replace(r"(?i)sept(?:ember)?", "Sep")
    if "%p" in format:
        texts = texts.str.replace_many(_HALVES, ascii_case_insensitive=True)
    if ",%f" in format:
        texts, format = texts.str.replace(r"(:\d\d),(\d+)", "${1}.${2}"), format.replace(",%f", "%.f")
    format = format.replace(".%f", "%.f")
    if format.upper().endswith(("UTC", "GMT")):
        texts, format = texts.str.replace(r"(?i)(UTC|GMT)$", "+00:00"), format[:-3] + "%#z"
    return texts, format.replace("%z", "%#z").replace("%b", "%B")


def _with_midnights(texts: pl.Series, moments: pl.Series, format: str, completion: tuple[str, str]) -> pl.Series:
    """Read `24:00`, or the hour 24, as the next day's `00:00` (ISO 8601-1:2004, 4.2.3)."""
    rows = (moments.is_null() & texts.str.contains(MIDNIGHT)).arg_true()
    if not len(rows):
        return moments
    earlier = texts.gather(rows).str.replace(MIDNIGHT, "${1}00${2}")
    return moments.clone().scatter(rows, _strptime(earlier, format, completion) + timedelta(days=1))


def _within_years(moments: pl.Series) -> pl.Series:
    ticks = moments.to_physical()
    within = (ticks >= _FIRST) & (ticks < _END)
    return moments if within.all() else moments.set(~within, None)


def read_numbers(numbers: pl.Series) -> ParsedTimes | None:
    """Return the moments of whole numbers such as 19580329, 195803 or 2010013105; None if they are not dates.

    >>> read_numbers(pl.Series([19580329, 19580405])).moments.dt.strftime("%Y-%m-%d").to_list()
    ['1958-03-29', '1958-04-05']
    >>> read_numbers(pl.Series([19580329, 19581399])), read_numbers(pl.Series([7, 8]))
    (None, None)
    """
    texts = whole_texts(numbers)
    if texts is None or texts.str.len_chars().min() not in (6, 8, 10, 12, 14):
        return None
    found = _parse_formats(texts, (), day_first=True)
    return found if found.failed is None and len(found.formats) == 1 else None


def read_epochs(numbers: pl.Series) -> pl.Series | None:
    """Return the moments of numbers that count seconds since 1970, or fractions of seconds; None for smaller numbers.

    >>> read_epochs(pl.Series([1262304000, 1262307600])).dt.strftime("%Y-%m-%d %H:%M").to_list()
    ['2010-01-01 00:00', '2010-01-01 01:00']
    """
    least = numbers.min()
    size = next((size for low, size in EPOCHS if isinstance(least, int | float) and least >= low), None)
    return None if size is None else (numbers * size).round().cast(pl.Int64).cast(MOMENT)


def whole_texts(numbers: pl.Series) -> pl.Series | None:
    """Return whole numbers as texts; None if some are fractions."""
    if numbers.dtype.is_integer():
        return numbers.cast(pl.String)
    whole = numbers.cast(pl.Int64, strict=False)
    return whole.cast(pl.String) if (whole == numbers).all() else None
