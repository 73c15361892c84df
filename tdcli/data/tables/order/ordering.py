"""Order the rows of a table by time, and measure the steps between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.order.row_keys import RowKeys, is_newest_first, read_keys
from tdcli.data.times.frequency import Frequency, Spacing, infer_frequency, spacing_of, ticks
from tdcli.text.errors import SpecError

HOUR = 3.6e9
"""Microseconds by which clocks are put back when summer time ends."""

MOST_INSERTED, MOST_A_ROW = 10_000_000, 100
"""The rows that may be inserted into any table, and for each of its rows. More are considered a mistake."""

LATEST_CHANGE = 3
"""The latest hour of the night to which clocks are put back."""

MONTHS_OF_CHANGE = (3, 4, 5, 9, 10, 11)
"""The months in which summer time ends, south and north of the equator."""


@dataclass(frozen=True)
class OrderedCells:
    """Cells in order, group by group. Each group is ordered from its first moment to its last.

    groups: `(rows,)`, numbered in the order of their first appearance in the files
    """

    cells: Cells
    groups: Array
    keys: RowKeys
    frequency: Frequency | None
    spacing: Spacing
    notes: tuple[str, ...] = ()


def order_rows(cells: Cells) -> OrderedCells:
    """Order the rows. Raises SpecError at the first invalid cell in a column that orders or groups the rows."""
    request = cells.request
    for column in request.keys:
        _refuse_missing_key(cells, column)
    groups = group_numbers(cells)
    keys = read_keys(cells, request, groups)
    order, notes = _row_order(keys, groups)
    if order is not None:
        cells, groups, keys = cells.take(order), groups[order], keys.take(order)
    if keys.axis is None:
        return OrderedCells(cells, groups, keys, None, Spacing(_row_numbers(groups)), notes)
    known = request.frequency is not None and (request.frequency.unit != "number") == keys.axis.dtype.is_temporal()
    frequency = request.frequency if known else infer_frequency(keys.axis, groups)
    return OrderedCells(cells, groups, keys, frequency, spacing_of(keys.axis, groups, frequency), notes)


def _row_numbers(groups: Array) -> Array:
    """Return the number of each row within its group, from 0. Groups are ascending."""
    firsts = np.flatnonzero(np.concatenate([[True], np.diff(groups) != 0]))
    counts = np.diff(np.append(firsts, len(groups)))
    return np.arange(len(groups)) - np.repeat(firsts, counts)


def _refuse_missing_key(cells: Cells, column: str) -> None:
    missing = cells.frame[column].is_null().arg_true()
    if len(missing):
        location = cells.location(missing[0], column)
        message = f"{location.text} is empty, but the column orders or groups the rows"
        helps = (*cells.advice_on_key(missing[0]), "fill in the cell, or remove the row")
        raise SpecError.of("missing-cell", message, *helps, span=location.span)


def codes_by_appearance(texts: pl.Series) -> Array:
    """Return the number of each text. Distinct texts are numbered from 0 in the order of their first appearance."""
    distinct = texts.unique(maintain_order=True)
    return texts.replace_strict(distinct, pl.Series(range(len(distinct))), return_dtype=pl.Int64).to_numpy()


def group_numbers(cells: Cells) -> Array:
    """Return `(rows,)`: the groups, numbered in the order of their first appearance.

    With `by_file`, the groups of different files are different groups.
    """
    if not cells.request.group:
        return np.zeros(len(cells), np.int32)
    texts = cells.frame.select(pl.concat_str(cells.request.group, separator="\0")).to_series()
    if cells.request.by_file:
        texts = pl.Series(cells.file).cast(pl.String) + "\0" + texts
    return codes_by_appearance(texts)


def _row_order(keys: RowKeys, groups: Array) -> tuple[Array | None, tuple[str, ...]]:
    """Return the order of rows by group, by the keys and by position in the file; None if they are in this order.

    A file that begins with its newest rows is read backwards.
    """
    if keys.axis is not None and not keys.counters and not groups.any() and keys.axis.is_sorted():
        return None, ()
    sorts = [groups, *(ticks(each) for each in keys.sorts)]
    if _are_in_order(sorts):
        return None, ()
    if keys.times is not None and is_newest_first(keys.times, groups):
        back = np.arange(len(groups))[::-1]
        order, notes = _row_order(keys.take(back), groups[back])
        return back if order is None else back[order], notes
    if keys.times is not None and not keys.counters:
        for rows in (np.arange(len(groups)), np.arange(len(groups))[::-1]):
            by_group = rows[np.argsort(groups[rows], kind="stable")]
            if _clock_went_back(keys.times.gather(by_group), groups[by_group]):
                note = (
                    "the clock goes back by an hour; set a `zone` in `time` to distinguish the two passes of that hour"
                )
                return by_group, (note,)
    return np.lexsort(sorts[::-1]), ()


def _clock_went_back(times: pl.Series, groups: Array) -> bool:
    """Return whether local times are in order except for clocks that are put back by an hour, at most once a year.

    Clocks are put back at night. One hour then occurs twice, in steps of less than an hour.
    """
    if times.dtype.time_zone is not None:  # type: ignore[attr-defined]
        return False
    apart = np.diff(ticks(times))
    apart[np.diff(groups) != 0] = 0
    back, forth = np.flatnonzero(apart < 0), apart[apart > 0]
    if not len(back) or not len(forth) or len(back) > 1 + forth.sum() / (300 * 24 * HOUR):
        return False
    usual = np.median(forth)
    by_an_hour = usual < HOUR and bool((np.abs(apart[back] + HOUR - usual) <= 0.1 * usual).all())
    if not by_an_hour:
        return False
    moments, rows = ticks(times), max(2, round(HOUR / usual))
    passes = [(moments[max(0, row - rows) : row], moments[row : row + rows]) for row in (back + 1).tolist()]
    begin = [_hour_begins(times[row], usual) for row in (back + 1).tolist()]
    return all(begin) and all(np.isin(second, first).sum() > 1 for first, second in passes)


def _hour_begins(moment: datetime, step: float) -> bool:
    """Return whether this is the first row of an hour at night in which clocks may be put back."""
    into_the_hour = (60 * moment.minute + moment.second) * 1e6
    return moment.month in MONTHS_OF_CHANGE and moment.hour <= LATEST_CHANGE and into_the_hour < step


def _are_in_order(keys: Iterable[Array]) -> bool:
    """Return whether rows are sorted by the keys. Each key orders the rows that are equal in all keys before it."""
    same: Array | bool = True
    for key in keys:
        later = np.diff(key)
        if np.any((later < 0) & same):
            return False
        same &= later == 0
    return True


def _refuse_many(ordered: OrderedCells) -> NoReturn:
    """Raise SpecError at the row after the widest gap, whose time is nearly always a mistake."""
    steps = np.diff(ordered.spacing.positions)
    request = ordered.cells.request
    columns = request.time.columns if request.time else request.order
    location = ordered.cells.location(int(steps.argmax()) + 1, columns[0])
    rows, missing = len(ordered.cells), ordered.spacing.missing
    message = f"`missing_rows: insert` would insert {missing:,} rows into a table of {rows:,} rows"
    why = f"{steps.max() - 1:,} of them are before {location.text}"
    help = "correct the time of that row or of the row before it, or write `max_gap: 0` instead of `missing_rows`"
    raise SpecError.of("wrong-value", message, help, span=location.span, why=why)


def with_missing_rows(ordered: OrderedCells) -> OrderedCells:
    """Return the cells with an empty row for each row that is missing from a regular grid."""
    spacing, frequency, axis = ordered.spacing, ordered.frequency, ordered.keys.axis
    if frequency is None or axis is None or not spacing.missing:
        return ordered
    if spacing.missing > max(MOST_INSERTED, MOST_A_ROW * len(ordered.cells)):
        _refuse_many(ordered)
    counts = np.maximum(np.append(np.diff(spacing.positions), 1), 1)
    rows = np.repeat(np.arange(len(counts)), counts)
    behind = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = np.flatnonzero(behind)
    moments = axis.gather(rows)
    moments = moments.scatter(places, frequency.after(moments.gather(places), behind[places]))
    cells = ordered.cells.with_gaps(rows, ordered.cells.request.group)
    note = f"inserted {spacing.missing:,} missing rows, so that there is a row every {frequency.name}"
    keys = RowKeys(moments, (), ordered.keys.formats)
    groups = ordered.groups[rows]
    spacing = spacing_of(moments, groups, frequency)
    return OrderedCells(cells, groups, keys, frequency, spacing, (*ordered.notes, note))
