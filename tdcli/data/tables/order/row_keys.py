"""The keys that order the rows of a table: moments or counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.order import time_errors as diagnostics
from tdcli.data.tables.order.time_columns import join_time_columns
from tdcli.data.times.frequency import ticks
from tdcli.data.times.parsing import (
    AmbiguousTimeError,
    ParsedTimes,
    read_epochs,
    read_format,
    read_numbers,
    read_texts,
)
from tdcli.sources.tables.time_columns import TimeColumns
from tdcli.sources.tables.time_formats import formats_of
from tdcli.sources.tables.time_parts import time_parts, years_first

DATED = (pl.Date, pl.Datetime)
"""The types whose values include a day. A time of day and a duration do not."""

ENOUGH = 0.5
"""If at least this fraction of the cells of `order` are times, the others are reported as errors."""


@dataclass(frozen=True)
class RowKeys:
    """The keys by which the rows of a table are ordered.

    axis: `(rows,)`, moments or the numbers of a counter; None if rows have neither
    counters: `(rows,)` each, the order of rows with the same moment
    formats: the formats of the moments in the cells
    """

    axis: pl.Series | None = None
    counters: tuple[pl.Series, ...] = ()
    formats: tuple[str, ...] = ()

    @property
    def times(self) -> pl.Series | None:
        """The moments; None if the rows have none."""
        return self.axis if self.axis is not None and self.axis.dtype.is_temporal() else None

    @property
    def sorts(self) -> tuple[pl.Series, ...]:
        """The keys to sort by, the most important first."""
        return self.counters if self.times is None else (self.times, *self.counters)

    def take(self, rows: Array) -> RowKeys:
        """Return the keys of some of the rows, or of all rows in another order."""
        axis = None if self.axis is None else self.axis.gather(rows)
        return RowKeys(axis, tuple(each.gather(rows) for each in self.counters), self.formats)


def read_keys(cells: Cells, request: ColumnRequest, groups: Array) -> RowKeys:
    """Read the columns of `time` and `order`. Raises SpecError at the first cell that is invalid or ambiguous."""
    found: ParsedTimes | None
    if request.time:
        found = _read_times(cells, request.time, request.formats)
        order = tuple(name for name in request.order if name not in request.time.columns)
    else:
        found, order = _times_of_order(cells, request)
    moments, formats = (found.moments, found.formats) if found else (None, ())
    if moments is not None and request.time and request.time.zone:
        moments = _in_zone(moments, request.time, cells, groups)
    counters = tuple(_counter(cells, name, groups, order) for name in order)
    if moments is None and counters:
        return RowKeys(counters[0] if len(counters) == 1 else None, counters)
    return RowKeys(moments, counters, formats)


def _read_times(cells: Cells, time: TimeColumns, known: Sequence[str]) -> ParsedTimes:
    """Return the moments of the columns of `time`."""
    columns = cells.frame.select(time.columns)
    if columns.width == 1 and columns.to_series().dtype in DATED:
        return ParsedTimes(_as_moments(columns.to_series()), ())
    if columns.width == 1 and columns.to_series().dtype.is_numeric() and time.format is None:
        found = _times_of_numbers(columns.to_series())
        return found or diagnostics.refuse_numbers(cells, time.columns[0])
    texts = join_time_columns(columns if time.format else columns.select(years_first(time.columns)))
    found = read_format(texts, time.format) if time.format else _parse_texts(cells, time.columns, texts, known)
    return found if found.failed is None else diagnostics.refuse_cell(cells, time.columns, texts, found)


def _as_moments(column: pl.Series) -> pl.Series:
    return column.cast(pl.Datetime("us")) if column.dtype == pl.Date else column.dt.cast_time_unit("us")


def _times_of_numbers(numbers: pl.Series) -> ParsedTimes | None:
    """Return the moments of dates such as 19580329, of years, or of seconds since 1970."""
    compact = read_numbers(numbers)
    if compact:
        return compact
    years = numbers.is_between(1000, 2999) & (numbers % 1 == 0)
    if years.all():
        return read_texts(numbers.cast(pl.Int64).cast(pl.String))
    epochs = read_epochs(numbers)
    return None if epochs is None else ParsedTimes(epochs, ())


def _times_of_order(cells: Cells, request: ColumnRequest) -> tuple[ParsedTimes | None, tuple[str, ...]]:
    """Return the moments of the columns of `order`. If these are not times, return the columns as counters."""
    if not request.order:
        return None, ()
    columns = cells.frame.select(request.order)
    first = columns.to_series(0)
    if columns.width == 1 and first.dtype in DATED:
        return ParsedTimes(_as_moments(first), ()), ()
    if columns.width == 1 and first.dtype.is_temporal():
        return None, request.order
    numbers = first if first.dtype.is_numeric() else first.cast(pl.Float64, strict=False)
    are_numbers = numbers.null_count() == first.null_count()
    if columns.width == 1 and are_numbers:
        compact = read_numbers(numbers)
        return (compact, ()) if compact else (None, request.order)
    is_date = first.dtype.is_temporal() or (not are_numbers and bool(formats_of(str(first[0]))))
    if columns.width > 1 and not is_date and not time_parts(request.order):
        return None, request.order
    texts = join_time_columns(columns)
    found = _parse_texts(cells, request.order, texts, request.formats)
    if found.failed is None:
        return found, ()
    if found.unread > ENOUGH * len(texts):
        return None, request.order
    return diagnostics.refuse_cell(cells, request.order, texts, found), ()


def _parse_texts(cells: Cells, columns: Sequence[str], texts: pl.Series, known: Sequence[str]) -> ParsedTimes:
    try:
        return read_texts(texts, known)
    except AmbiguousTimeError as error:
        diagnostics.refuse_ambiguous(cells, columns, texts, error)


def _counter(cells: Cells, column: str, groups: Array, order: Sequence[str]) -> pl.Series:
    """Return a column of numbers or times. For texts, return their ranks. Texts must already be in order."""
    values = cells.frame[column]
    if values.dtype.is_temporal():
        return pl.Series(column, values.to_physical())
    numbers = values if values.dtype.is_numeric() else values.cast(pl.Float64, strict=False)
    if numbers.null_count() == values.null_count():
        return numbers
    texts = values.cast(pl.String)
    found = _parse_texts(cells, [column], texts, ())
    if found.failed is None:
        return found.moments.to_physical()
    if len(order) > 1:
        diagnostics.refuse_group(cells, column, order)
    ranks = texts.rank("dense").cast(pl.Int64)
    stable = ranks.to_numpy()[np.argsort(groups, kind="stable")]
    back = np.flatnonzero((np.diff(stable) < 0) & (np.diff(np.sort(groups)) == 0))
    if len(back):
        diagnostics.refuse_texts(cells, column, int(np.argsort(groups, kind="stable")[back[0] + 1]))
    return ranks


def _in_zone(moments: pl.Series, time: TimeColumns, cells: Cells, groups: Array) -> pl.Series:
    """Return moments in a time zone. Moments without a zone are local times of that zone."""
    zone = str(time.zone)
    if moments.dtype.time_zone is not None:  # type: ignore[attr-defined]
        return moments.dt.convert_time_zone(zone)
    earliest, latest = (
        moments.dt.replace_time_zone(zone, ambiguous=which, non_existent="null") for which in ("earliest", "latest")
    )
    skipped = (earliest.is_null() & moments.is_not_null()).arg_max()
    if earliest.null_count() > moments.null_count():
        diagnostics.refuse_skipped(cells, time, int(skipped or 0))
    twice = earliest != latest
    if not twice.any():
        return earliest
    return earliest.zip_with(~(twice & _is_second_pass(moments, groups, twice)), latest)


def _is_second_pass(moments: pl.Series, groups: Array, twice: pl.Series) -> pl.Series:
    """Return `(rows,)`: whether a local time that occurs twice is the second occurrence.

    The second pass of an hour begins at the row whose time is not later than the one before it. If there are several
    such rows, the file mixes both passes or several series. In that case the second row of each time is the second
    occurrence.
    """
    rows, once = twice.arg_true(), (~twice).arg_true()
    if is_newest_first(moments.gather(once), groups[once]):
        rows = rows.reverse()
    written = pl.DataFrame({"group": groups[rows], "moment": moments.gather(rows)})
    night, repeated = ("group", pl.col("moment").dt.date()), pl.int_range(pl.len()).over("group", "moment") > 0
    back = (pl.col("moment").diff().over(*night) <= 0).fill_null(value=False)
    second = pl.when(back.sum().over(*night) == 1).then(back.cum_max().over(*night)).otherwise(repeated)
    return pl.repeat(value=False, n=len(moments), eager=True).scatter(rows, written.select(second).to_series())


def is_newest_first(moments: pl.Series, groups: Array) -> bool:
    """Return whether no row of a group is later than the row before it, and some are earlier."""
    by_group = np.argsort(groups, kind="stable")
    steps = np.diff(ticks(moments)[by_group])[np.diff(groups[by_group]) == 0]
    return bool((steps <= 0).all() and (steps < 0).any())
