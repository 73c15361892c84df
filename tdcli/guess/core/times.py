"""Find the columns with the time of a row, by their cells rather than their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.order.row_keys import read_keys
from tdcli.data.tables.order.time_columns import join_time_columns
from tdcli.data.times.frequency import ticks
from tdcli.data.times.parsing import AmbiguousTimeError, ParsedTimes, parse, read_epochs, read_texts
from tdcli.guess.core.columns import RawColumn
from tdcli.guess.core.table_file import TableFile
from tdcli.sources.tables.time_columns import TimeColumns
from tdcli.sources.tables.time_formats import formats_of, short_month_formats_of, short_year_formats_of
from tdcli.sources.tables.time_parts import part_of
from tdcli.text.errors import SpecError

FEW_MISSING = 0.2
"""Fraction of the cells. A column of times with more empty cells is not the time of the rows."""

LOOKED_AT = 20
"""The first cells of a text column, which must be times for all cells to be parsed."""

PARTS = (
    ("year", "month", "day", "hour", "minute", "second"),
    ("year", "yearday", "hour", "minute", "second"),
    ("year", "week"),
    ("year", "quarter"),
    ("year", "month"),
    ("year",),
)
"""Parts that form a time together, the finest first."""

TIME_NAME = re.compile(
    r"(?<![a-z])(date|time|timestamp|datetime|ts|ds|dt|year|yr|month|period|day|epoch|unix\w*)(?![a-z])|date|timestamp"
)
"""The name that a column of numbers must have for them to be dates, years or seconds since 1970."""

EPOCH_YEARS = range(1990, 2100)
"""The years that seconds since 1970 must be in to be times. Other large numbers may be durations."""

COMPACT = r"^(19|20)\d\d(0[1-9]|1[012])((0[1-9]|[12]\d|3[01])(([01]\d|2[0-4])([0-5]\d){0,2})?)?$"
CLOCK = re.compile(r"\d{1,2}([:.]\d\d){1,2}")
CLOCK_NAMES = ("time", "hour", "hr", "clock", "hh", "time_of_day")


@dataclass(frozen=True)
class Times:
    """The columns with the time of a row.

    moments: `(rows,)`, the times. format: the format of the cells, if they can be read in two ways.
    """

    columns: tuple[str, ...]
    moments: pl.Series
    format: str | None = None

    @property
    def value(self) -> Any:
        """Return the value for the `time` key of a spec."""
        columns = self.columns[0] if len(self.columns) == 1 else list(self.columns)
        return {"columns": columns, "format": self.format} if self.format else columns

    @property
    def distinct(self) -> int:
        """The number of distinct times."""
        return self.moments.n_unique()


def find_times(table: TableFile) -> list[Times]:
    """Return the columns that may be the time of the rows: most distinct times first, then the fewest columns."""
    single = [times for column in table.columns if (times := _times_in_column(table, column))]
    found = [*single, *_with_clock(table, single), *_times_in_parts(table)]
    if not found:
        _refuse_missing_times(table)
        _refuse_other_cells(table)
    return sorted(found, key=lambda each: (each.distinct, -len(each.columns)), reverse=True)


def _refuse_missing_times(table: TableFile) -> None:
    """Raise SpecError if a column of times has a few empty cells, whose rows would have no order."""
    for column in table.columns:
        if column.numbers is not None or not 0 < column.missing <= FEW_MISSING * table.rows:
            continue
        if all(map(formats_of, column.texts.drop_nulls().head(LOOKED_AT))):
            cell = table.cells.location(int(column.texts.is_null().arg_max() or 0), column.name).text
            message = f"`{column.name}` holds times, but {cell} is empty"
            raise SpecError.of("nothing-to-guess", message, "fill the cell in, or remove the row")


def _refuse_other_cells(table: TableFile) -> None:
    """Raise SpecError if a column starts with times and has another cell below, such as a total."""
    for column in table.columns:
        texts = column.texts.drop_nulls()
        if column.numbers is not None or not all(map(formats_of, texts.head(LOOKED_AT))):
            continue
        other = next((text for text in texts if not formats_of(text)), None)
        if other is not None and column.distinct > LOOKED_AT:
            row = int((column.texts == other).arg_max() or 0)
            cell = table.cells.location(row, column.name).text
            message = f"`{column.name}` holds times, but {cell} holds `{other}`"
            raise SpecError.of("nothing-to-guess", message, "correct the cell, or remove the row")


def is_part(column: RawColumn) -> bool:
    """Return whether a column is named like a part of a time, and has whole numbers or a few texts."""
    return part_of(column.name) is not None and (column.is_whole or bool(column.categories))


def holds_times(column: RawColumn) -> bool:
    """Return whether a column holds times, as another column than the time of the rows may: a delivery, a birthday."""
    if column.numbers is None:
        texts = column.texts.drop_nulls()
        return bool(len(texts)) and _are_times(texts.head(LOOKED_AT)) and _can_be_read(texts)
    return _is_compact(column) or (is_named_as_time(column) and _are_epochs(column.numbers))


def _are_times(texts: pl.Series) -> bool:
    return all(formats_of(text) or short_year_formats_of(text) for text in texts)


def _can_be_read(texts: pl.Series) -> bool:
    try:
        return read_texts(texts).failed is None or bool(_other_readings(texts))
    except AmbiguousTimeError:
        return True


def is_named_as_time(column: RawColumn) -> bool:
    """Return whether a column is named like a time."""
    return bool(TIME_NAME.search(_spaced_words(column.name)))


def _are_epochs(numbers: pl.Series) -> bool:
    moments = read_epochs(numbers.drop_nulls())
    years = None if moments is None else moments.dt.year()
    return years is not None and bool(years.is_between(EPOCH_YEARS.start, EPOCH_YEARS.stop).all())


def _times_in_column(table: TableFile, column: RawColumn) -> Times | None:
    typed = table.cells.frame[column.name]
    if column.missing or column.is_constant:
        return None
    if typed.dtype.is_temporal():
        return None if typed.dtype == pl.Time else _read_times(table, (column.name,))
    if column.numbers is not None:
        named = is_named_as_time(column) and (column.is_whole or _are_epochs(column.numbers))
        return _read_times(table, (column.name,)) if named or _is_compact(column) else None
    sample = column.texts.head(LOOKED_AT)
    if _are_times(sample):
        return _read_times(table, (column.name,))
    if is_named_as_time(column) and all(map(short_month_formats_of, sample)):
        return _read_short_months(table, column)
    return None


def _read_short_months(table: TableFile, column: RawColumn) -> Times | None:
    """Read months such as `1-01` or `1-Jan`, the year or the month first, if they follow each other.

    Days without a year look the same, but would be read as months in no order, or many years apart.
    """
    texts = join_time_columns(table.cells.frame.select(column.name))
    found = [ParsedTimes(parse(texts, each), (each,)) for each in short_month_formats_of(texts[0])]
    series = table.rows / column.distinct
    ordered = [each for each in found if not each.unread and _disorder(each) < series and _are_near(each.moments)]
    return Times((column.name,), ordered[0].moments, ordered[0].formats[0]) if ordered else None


def _are_near(months: pl.Series) -> bool:
    """Return whether there is a month in each quarter of the years that months span."""
    numbers = 12 * months.dt.year().cast(pl.Int64) + months.dt.month()
    return bool(np.ptp(numbers.to_numpy()) < 3 * numbers.n_unique())


def _spaced_words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold().replace("_", " ")


def _is_compact(column: RawColumn) -> bool:
    """Return whether numbers are dates such as 19580329 or 195803, whatever the column's name."""
    return column.is_whole and bool(column.texts.str.contains(COMPACT).all())


def _with_clock(table: TableFile, dates: Sequence[Times]) -> Iterator[Times]:
    """Yield a date with the time of day in another column, if several rows have the same date."""
    for date in dates:
        if date.distinct == table.rows or not bool((date.moments.dt.truncate("1d") == date.moments).all()):
            continue
        clocks = (column for column in table.columns if column.name not in date.columns and _is_clock(column))
        yield from (found for clock in clocks if (found := _read_times(table, (*date.columns, clock.name))))


def _is_clock(column: RawColumn) -> bool:
    if column.missing or column.is_constant:
        return False
    if column.numbers is not None:
        return column.is_whole and column.name.strip().casefold() in CLOCK_NAMES
    return all(CLOCK.match(text) for text in column.texts.head(LOOKED_AT))


def _times_in_parts(table: TableFile) -> Iterator[Times]:
    named = {
        part: column.name for column in reversed(table.columns) if (part := part_of(column.name)) and is_part(column)
    }
    for parts in PARTS:
        there = [named[part] for part in parts if part in named]
        if "year" in named and len(there) > 1 and (found := _read_times(table, tuple(there))):
            yield found
            return


def _read_times(table: TableFile, columns: tuple[str, ...]) -> Times | None:
    """Read the columns in the way that the spec will read them."""
    moments = _parse_moments(table, TimeColumns(columns=columns))
    if moments is not None:
        return Times(columns, moments)
    texts = join_time_columns(table.cells.frame.select(columns))
    if texts.dtype != pl.String or texts.null_count():
        return None
    readings = sorted(_other_readings(texts), key=_disorder)
    return Times(columns, readings[0].moments, readings[0].formats[0]) if readings else None


def _parse_moments(table: TableFile, time: TimeColumns) -> pl.Series | None:
    try:
        found = read_keys(table.cells, ColumnRequest(time=time), np.zeros(table.rows, np.int64)).times
    except SpecError:
        return None
    return None if found is None or found.null_count() else found


def _other_readings(texts: pl.Series) -> list[ParsedTimes]:
    """Return the readings of texts that need a format: the day or the month first, or a year of two digits."""
    try:
        read_texts(texts)
    except AmbiguousTimeError as error:
        return [each for each in error.readings if len(each.formats) == 1]
    formats = short_year_formats_of(texts[0])
    found = [ParsedTimes(parse(texts, each), (each,)) for each in formats]
    return [each for each in found if not each.unread]


def _disorder(reading: ParsedTimes) -> int:
    """Return how many rows break the order of time, ascending or descending, whichever fits better."""
    steps = np.diff(ticks(reading.moments))
    return int(min((steps < 0).sum(), (steps > 0).sum()))
