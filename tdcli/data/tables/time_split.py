"""Split a table by time. Each row belongs to one part, and each window to the part of the rows that it predicts."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.splitting import PartIndices, named_parts
from tdcli.data.tables.rows import Rows
from tdcli.data.tables.samples import TableSamples
from tdcli.data.times.frequency import localize, ticks
from tdcli.sources.core.split import Split, SplitError, date_of

TRAIN, VALIDATION, TEST, NONE = range(4)
"""The part of a row, or NONE if it belongs to no part."""


def split_by_time(rows: Rows, samples: TableSamples, parts: Array, gap: int) -> PartIndices:
    """Split windows by the rows that they predict. A window that predicts rows of two parts is skipped.

    The input rows of a window may be from an earlier part, because they are known at that time.

    parts: `(rows,)`, as returned by `assign_rows`
    gap: the number of rows at the end of a part that are not predicted, if another part follows
    """
    if gap:
        parts = parts.copy()
        parts[_before_next(rows.groups, parts, gap)] = NONE
    offsets = np.arange(samples.timesteps) if samples.answers is None else samples.answers
    firsts, lasts = samples.starts + offsets[0], samples.starts + offsets[-1]
    chosen = parts[firsts]
    if offsets[0] != offsets[-1]:
        chosen[parts[lasts] != chosen] = NONE
    if _are_mixed(rows.groups, parts):
        held_out = np.concatenate([[0], np.cumsum((parts == VALIDATION) | (parts == TEST))])
        chosen[(chosen == TRAIN) & (held_out[lasts + 1] > held_out[samples.starts])] = NONE
    return named_parts(*(np.flatnonzero(chosen == part) for part in (TRAIN, VALIDATION, TEST)))


def _are_mixed(groups: Array, parts: Array) -> bool:
    """Return whether a training row comes after a held-out row, as after a validation fold in the middle."""
    back = (parts[1:] == TRAIN) & (parts[:-1] != TRAIN)
    return bool((back & (groups[1:] == groups[:-1])).any())


def assign_rows(rows: Rows, split: Split, *, given_test: bool) -> Array:
    """Return `(rows,)`, the part of each row. If rows have times, all groups are split at the same moments.

    Raises SpecError if the split has a date but the table has no column of times.
    """
    if rows.times is None or split.each_group:
        return _assign_by_group(rows, split, given_test=given_test)
    moments = ticks(rows.times)
    return _assign_by_moment(moments, rows.times, split, given_test=given_test)


def _assign_by_group(rows: Rows, split: Split, *, given_test: bool) -> Array:
    """Return the parts of rows, with each group split separately."""
    firsts = np.flatnonzero(np.concatenate([[True], np.diff(rows.groups) != 0]))
    ends = np.append(firsts[1:], len(rows))
    parts = np.empty(len(rows), np.int8)
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
        times = None if rows.times is None else rows.times[first:end]
        moments = np.arange(end - first) if times is None else ticks(times)
        parts[first:end] = _assign_by_moment(moments, times, split, given_test=given_test)
    return parts


def _assign_by_moment(moments: Array, times: pl.Series | None, split: Split, *, given_test: bool) -> Array:
    in_order = np.sort(moments)
    bounds = _part_bounds(in_order, times, split, given_test=given_test)
    parts = np.zeros(len(moments), np.int8)
    for bound in bounds:
        parts += moments >= bound
    if split.folds and split.fold:
        trained = int(np.searchsorted(in_order, bounds[0]))
        low, high = (trained * fold // split.folds for fold in (split.fold - 1, split.fold))
        parts[(moments >= in_order[low]) & (moments < _moment_at(in_order, high))] = VALIDATION
    return parts


def _part_bounds(in_order: Array, times: pl.Series | None, split: Split, *, given_test: bool) -> list[float]:
    """Return the moments at which the validation set, the test set and the unused rows begin."""
    total = len(in_order)
    dates = {name: date_of(getattr(split, name)) for name in ("validation", "test")}
    begins = {name: _date_tick(date, times) for name, date in dates.items() if date is not None}
    if not begins:
        sizes = split.shares(total, given_test=given_test)
        return [_moment_at(in_order, place) for place in np.cumsum(sizes)]
    before_test = total
    sizes = split.without_dates().shares(total, given_test=given_test)
    if "test" in begins:
        before_test = int(np.searchsorted(in_order, begins["test"]))
        sizes = split.without_dates().shares(before_test, given_test=True)
    test = begins.get("test", _moment_at(in_order, before_test - sizes.test))
    trained = before_test - sizes.test if "test" not in begins else before_test
    validation = begins.get("validation", _moment_at(in_order, trained - sizes.validation))
    return [min(validation, test), test, np.inf]


def _moment_at(in_order: Array, place: int) -> float:
    """Return the moment of the row at a position, or infinity after the last row.

    A negative position means the first row. It occurs if a group has fewer rows than its later parts need.
    """
    return float(in_order[max(0, place)]) if place < len(in_order) else np.inf


def _date_tick(date: datetime, times: pl.Series | None) -> float:
    """Return a date in the ticks of the rows' times, in their time zone if they have one."""
    if times is None:
        message = f"`split` uses the date {date:%Y-%m-%d}, but the table has no column of times"
        raise SplitError.of("split-mismatch", message, "write `time: COLUMN` in `data`, or a number of rows in `split`")
    zone = times.dtype.time_zone  # type: ignore[attr-defined]
    if date.tzinfo is not None:
        date, zone = date.astimezone(UTC).replace(tzinfo=None), None
    moment = pl.Series([date], dtype=pl.Datetime("us"))
    return float(ticks(localize(moment, zone) if zone else moment)[0])


def _before_next(groups: Array, parts: Array, gap: int) -> Array:
    """Return the last `gap` rows of each part that is followed by another part in the same group."""
    ends = np.flatnonzero((np.diff(parts) != 0) & (np.diff(groups) == 0))
    rows = (ends[:, None] - np.arange(gap)).ravel()
    owners = np.repeat(ends, gap)
    inside = rows >= 0
    rows, owners = rows[inside], owners[inside]
    return np.asarray(rows[(groups[rows] == groups[owners]) & (parts[rows] == parts[owners])])
