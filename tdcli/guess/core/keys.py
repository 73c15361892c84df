"""Find the columns that identify rows: a time or a row number, and the series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tdcli.guess.core.columns import RawColumn
from tdcli.guess.core.groups import GroupedSeries, block_columns, find_groups, group_series, is_id
from tdcli.guess.core.table_file import TableFile
from tdcli.guess.core.times import Times, find_times, holds_times, is_part
from tdcli.text.errors import SpecError

COUNTER_NAME = re.compile(
    r"^(t|n|no|nr|step|steps|time|tick|frame|cycle|cycles|row|obs|index|idx|seq_?no|sample|second|seconds|minute|minutes"
    r"|hour|hours|day|days|week|weeks|month|months|year|years|period|trial|visit|timestep|time_?step|time_?idx"
    r"|elapsed|ms|secs?|timestamp)?( ?[\[(].*[\])])?$|(?<![a-z])(time|cycles|timestep|step)(?![a-z])"
)
ORDER_NAME = re.compile(
    r"(?<![a-z])(date|time|timestamp|year|fiscal|season|quarter|qtr|month|week|day|hour|period)s?(?![a-z])"
)
"""The names of text columns that give the order of the rows, even if their times cannot be read."""

INDEX_NAME = re.compile(r"(no|nr|n|row|rows|obs|index|idx|id|instant|unnamed.*|level_0|key|record|number)?$")
MOST_RESTARTS = 0.34
"""Fraction of the rows. A column that goes back more often is not a counter."""

REGULAR = 0.9
"""Fraction of the ascending steps that must be equal in a counter."""

EXACT, ROUNDED = 1e-6, 0.01
"""Relative tolerance for equal steps, because measurements vary more. ROUNDED is for numbers that never go back."""


@dataclass(frozen=True)
class KeyColumns:
    """The columns that identify rows.

    series: the rows in order, by group. counters: columns that number rows and are neither feature nor target.
    remaining: the column that counts down to the end of each series.
    """

    times: Times | None
    order: RawColumn | None
    group: tuple[RawColumn, ...]
    series: GroupedSeries
    counters: tuple[RawColumn, ...]
    remaining: RawColumn | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all key columns, which are not features."""
        times = self.times.columns if self.times else ()
        order = (self.order.name,) if self.order else ()
        return (*times, *order, *(column.name for column in self.group), *(each.name for each in self.counters))

    @property
    def calendar(self) -> bool:
        """Whether the rows have times, not just numbers."""
        return self.times is not None

    @property
    def share_calendar(self) -> bool:
        """Whether several series overlap in time."""
        return self.calendar and not self.series.follow_each_other

    @property
    def tells_order(self) -> bool:
        """Whether a column gives the order of the rows."""
        return bool(self.times or self.order or self.counters)


def find_keys(table: TableFile) -> KeyColumns:
    """Find the columns that identify rows: times first, then counters, else the order of the file."""
    found = find_times(table)
    keys = next(filter(None, (_with_times(table, each) for each in found)), None)
    if keys:
        return keys
    times = found[0] if found else None
    if times:
        _refuse_times_without_order(table, times)
    others = _other_columns(table, times)
    counters = list(_find_counters(others))
    return _without_times(table, times, counters, _candidate_ids(others, counters))


def _with_times(table: TableFile, times: Times) -> KeyColumns | None:
    """Return the keys if some columns, or none, form series in which each time occurs once; else None."""
    others = _other_columns(table, times)
    counters = list(_find_counters(others))
    series = find_groups([column for column in others if not is_part(column)], times.moments)
    if series is None:
        return None
    series = series if series.columns else _with_runs(_candidate_ids(others, counters), times.moments, series)
    redundant = tuple(_redundant_columns(series, others, counters))
    return _with_remaining(KeyColumns(times, None, series.columns, series, redundant))


def _other_columns(table: TableFile, times: Times | None) -> list[RawColumn]:
    """Return the columns that are not times."""
    keys = times.columns if times else ()
    return [column for column in table.columns if column.name not in keys and not holds_times(column)]


def _candidate_ids(others: Sequence[RawColumn], counters: Sequence[RawColumn]) -> list[RawColumn]:
    return [column for column in others if column not in counters and not is_part(column)]


def _refuse_times_without_order(table: TableFile, times: Times) -> None:
    """Raise SpecError if several rows have the same time, no column identifies their series, and time is not sorted."""
    forth = times.moments.is_sorted() or times.moments.is_sorted(descending=True)
    if forth:
        return
    named = " and ".join(f"`{name}`" for name in times.columns)
    message = f"several rows of `{table.path}` have the same {named}, and no column identifies their series"
    raise SpecError.of("nothing-to-guess", message, "add a column with the name of the series of each row")


def _without_times(
    table: TableFile, times: Times | None, counters: list[RawColumn], ids: list[RawColumn]
) -> KeyColumns:
    useless = tuple(column for column in table.columns if times and column.name in times.columns)
    rows = pl.Series(range(table.rows), dtype=pl.Float64)
    for counter in sorted(counters, key=lambda each: not _is_named(each)):
        axis = rows if counter.numbers is None else counter.numbers
        series = find_groups(ids, axis)
        if series is not None and not series.repeated:
            series = series if series.columns else _with_runs(ids, axis, series, names=True)
            rest = _other_counters(counter, counters, series)
            order = counter if counter.name and not (series.columns == () and _is_index(counter)) else None
            own = (*rest, *useless) if order else (counter, *rest, *useless)
            return _with_remaining(KeyColumns(None, order, series.columns, series, own))
    return (
        _by_numbered_texts(ids)
        or _by_texts_in_order(ids, rows, counters, useless)
        or _by_runs(ids, rows, counters, useless)
    )


def _by_texts_in_order(
    ids: list[RawColumn], rows: pl.Series, counters: list[RawColumn], useless: tuple[RawColumn, ...]
) -> KeyColumns | None:
    """Return one series in the order of the file, if a text column is named like a time and differs in every row.

    Texts that are sorted, such as `FY2001Q1`, are the order. Others, such as `1Q01`, are left out.
    """
    named = next((column for column in ids if _is_order_text(column)), None)
    if named is None:
        return None
    series = group_series((), rows)
    rest = (*_other_counters(None, counters, series), *useless)
    if named.texts.is_sorted():
        return KeyColumns(None, named, (), series, rest)
    return KeyColumns(None, None, (), series, (named, *rest))


def _is_order_text(column: RawColumn) -> bool:
    is_unique = column.numbers is None and not column.missing and column.distinct == len(column.texts)
    numbered = is_unique and bool(column.texts.str.contains(r"\d").all())
    return numbered and bool(ORDER_NAME.search(column.name.casefold().replace("_", " ")))


def _by_runs(
    ids: list[RawColumn], rows: pl.Series, counters: list[RawColumn], useless: tuple[RawColumn, ...]
) -> KeyColumns:
    series = _with_runs(ids, rows, group_series((), rows), names=True)
    return KeyColumns(None, None, series.columns, series, (*_other_counters(None, counters, series), *useless))


def _by_numbered_texts(ids: list[RawColumn]) -> KeyColumns | None:
    """Return the longest series in which texts such as `d_1`, `d_2` number the rows in the order of the file."""
    found = []
    for column in ids:
        axis = column.texts.str.extract(r"^\D*(\d+)$").cast(pl.Float64) if column.numbers is None else None
        if axis is not None and not axis.null_count() and not column.is_constant:
            series = find_groups([each for each in ids if each is not column], axis)
            if series is not None and series.columns and _counts_in(series):
                found.append(KeyColumns(None, None, series.columns, series, (column,)))
    return min(found, key=lambda each: len(each.series.lengths), default=None)


def _counts_in(series: GroupedSeries) -> bool:
    """Return whether the axis advances by one step from row to row of each series, in the order of the file."""
    in_order = np.diff(series.order)[np.diff(series.groups) == 0] > 0
    return bool(in_order.all()) and not series.repeated and not series.spacing.irregular


def _other_counters(
    chosen: RawColumn | None, counters: Sequence[RawColumn], series: GroupedSeries
) -> tuple[RawColumn, ...]:
    """Return the counters other than the chosen one. Those that restart must also be named like a counter."""
    others = (each for each in counters if each is not chosen)
    return tuple(each for each in others if _never_returns(each, series) or (_is_named(each) and not is_part(each)))


def _with_remaining(keys: KeyColumns) -> KeyColumns:
    """Return the keys, with `remaining` set if a counter gives the number of rows left in each series."""
    found = next((column for column in keys.counters if _counts_down(column, keys.series)), None)
    return replace(keys, counters=tuple(each for each in keys.counters if each is not found), remaining=found)


def _counts_down(column: RawColumn, series: GroupedSeries) -> bool:
    """Return whether numbers fall by equal steps in each series, to the same number at the end of every series."""
    if column.numbers is None or len(series.lengths) < 2:
        return False
    values = column.numbers.gather(series.order).to_numpy()
    steps = np.diff(values)[np.diff(series.groups) == 0]
    ends = values[np.cumsum(series.lengths) - 1]
    return bool(len(steps) and (steps < 0).all() and np.ptp(steps) == 0 and np.ptp(ends) == 0)


def _is_named(counter: RawColumn) -> bool:
    return bool(COUNTER_NAME.search(counter.name.casefold()))


def _is_index(counter: RawColumn) -> bool:
    """Return whether a column numbers the rows of the file, and is not named like a time."""
    return counter.counts_rows and bool(INDEX_NAME.match(counter.name.casefold()))


def _with_runs(
    columns: Sequence[RawColumn], axis: pl.Series, alone: GroupedSeries, *, names: bool = False
) -> GroupedSeries:
    """Return the series of a column whose values each fill one run of rows, if it is named like an id; else `alone`.

    names: whether a text column may have any name.
    """
    for column in block_columns(columns):
        if is_id(column) or (names and column.numbers is None):
            return group_series((column,), axis)
    return alone


def _redundant_columns(
    series: GroupedSeries, others: Sequence[RawColumn], counters: Sequence[RawColumn]
) -> Iterator[RawColumn]:
    """Yield columns that repeat the time: years and counters that never go back. A weekday is a feature."""
    for column in others:
        counts = column in counters or is_part(column)
        if (counts and _never_returns(column, series)) or _numbers_the_series(column, series):
            yield column


def _numbers_the_series(column: RawColumn, series: GroupedSeries) -> bool:
    """Return whether numbers rise by one from row to row in time, so that they number rows that the file shuffled."""
    if column.missing or not column.is_whole or column.numbers is None:
        return False
    steps = np.diff(column.numbers.gather(series.order).to_numpy())[np.diff(series.groups) == 0]
    return bool(len(steps) and (steps == 1).all())


def _never_returns(column: RawColumn, series: GroupedSeries) -> bool:
    numbers = column.numbers
    if numbers is None or column.missing:
        return False
    steps = np.diff(numbers.gather(series.order).to_numpy())[np.diff(series.groups) == 0]
    return bool((steps >= 0).all() or (steps <= 0).all())


def _find_counters(columns: Sequence[RawColumn]) -> Iterator[RawColumn]:
    yield from (column for column in columns if is_counter(column))


def is_counter(column: RawColumn) -> bool:
    """Return whether numbers rise or fall by equal steps from row to row, except where they restart."""
    if column.numbers is None or column.missing or len(column.steps) < 2 or column.is_constant:
        return False
    named = _is_named(column)
    return (
        _continues(column.steps, named=named) or _continues(-column.steps, named=named) or _counts_groups(column, named)
    )


def _continues(steps: pl.Series, *, named: bool) -> bool:
    on = steps.filter(steps > 0)
    if len(steps) - len(on) > MOST_RESTARTS * len(steps) or not len(on) or (steps == 0).any():
        return False
    exact = ROUNDED if len(on) == len(steps) else EXACT
    alike = np.isclose(on.to_numpy(), float(on.median() or 0), rtol=exact).mean()  # type: ignore[arg-type]
    return bool(alike >= REGULAR) or (named and len(on) == len(steps))


def _counts_groups(column: RawColumn, named: bool) -> bool:
    """Return whether a column named like a counter repeats for some rows, then rises by one: several series at once."""
    if not named or is_id(column) or not column.is_whole:
        return False
    steps = column.steps.filter(column.steps != 0)
    return bool(len(steps)) and bool((steps == 1).all()) and column.distinct > 2
