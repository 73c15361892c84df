"""Cells to clean rows: in order, numbers read, missing ones filled or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.filling import FilledColumns, Interpolated, fill_missing
from tdcli.data.tables.order.ordering import OrderedCells, order_rows, with_missing_rows
from tdcli.data.times.answer_times import TableTimes
from tdcli.data.times.frequency import Frequency


@dataclass(frozen=True)
class CleaningPolicy:
    """What is done about cells and rows that are missing.

    missing: a policy by column; max_gap: so many missing rows are bridged, None for any number;
    inserts_rows: missing rows become rows of missing cells.
    """

    missing: Mapping[str, str | float]
    max_gap: int | None = None
    inserts_rows: bool = False


@dataclass(frozen=True)
class Rows:
    """A clean table. `groups` numbers the groups by first appearance, `blocks` unbroken runs of rows.

    table: `(rows, columns)` float32, the numbers; texts: `(rows,)` each; cells: the keys, and where each row stands.
    times: `(rows,)`, the moments; None where no column tells them. formats: how the cells write them.
    positions: `(rows,)`, whole steps of the frequency from the first row of the group on.
    measured: by column, `(rows,)`, False where a cell was filled in; columns without a filled cell are left out.
    interpolated: by column, what a window that reaches far enough holds in place of the last measured value.
    """

    cells: Cells
    columns: tuple[str, ...]
    table: Array
    texts: Mapping[str, Array]
    groups: Array
    blocks: Array
    positions: Array
    times: pl.Series | None = None
    frequency: Frequency | None = None
    formats: tuple[str, ...] = ()
    measured: Mapping[str, Array] = field(default_factory=dict)
    interpolated: Mapping[str, Interpolated] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.groups)

    @cached_property
    def table_times(self) -> TableTimes | None:
        """The moments with the blocks that they belong to; None where no column tells the time."""
        return None if self.times is None else TableTimes(self.times, self.blocks, self.frequency)

    @property
    def numbers(self) -> dict[str, Array]:
        """The columns of the table, `(rows,)` each."""
        return {name: self.table[:, place] for place, name in enumerate(self.columns)}


def clean_table(cells: Cells, cleaning: CleaningPolicy) -> Rows:
    """Put the rows of a table in order and read its cells. Raises SpecError at the first that cannot be used."""
    ordered = order_rows(cells)
    del cells  # two copies of a large table may not fit into memory
    return clean_rows(ordered, cleaning)


def clean_rows(ordered: OrderedCells, cleaning: CleaningPolicy) -> Rows:
    """Read the cells. Raises SpecError at the first that cannot be used."""
    request = ordered.cells.request
    spaced = with_missing_rows(ordered) if cleaning.inserts_rows else ordered
    found = fill_missing(spaced.cells, request.numbers, request.texts, cleaning.missing, spaced.groups)
    broken = np.diff(spaced.groups) != 0
    if cleaning.max_gap is not None:
        broken |= np.diff(spaced.spacing.positions) > 1 + cleaning.max_gap
    blocks = _number_runs(broken, len(spaced.groups))
    return _kept_rows(spaced, found, blocks)


def _kept_rows(ordered: OrderedCells, found: FilledColumns, blocks: Array) -> Rows:
    """Return the rows that were kept, with their numbers."""
    request = ordered.cells.request
    cells, groups, positions, times = ordered.cells, ordered.groups, ordered.spacing.positions, ordered.keys.times
    if found.kept is not None:
        kept = found.kept
        blocks = _number_runs((np.diff(blocks[kept]) != 0) | (np.diff(kept) != 1), len(kept))
        cells, positions = cells.take(kept), positions[kept]
        groups = _number_runs(np.diff(groups[kept]) != 0, len(kept))
        times = None if times is None else times.gather(kept)
    return Rows(
        cells.without({*cells.frame.columns} - {*request.keys}),
        request.numbers,
        _number_table(found.frame, request.numbers),
        {name: found.frame[f"text {name}"].to_numpy() for name in request.texts},
        groups,
        blocks,
        positions,
        times,
        ordered.frequency,
        ordered.keys.formats,
        found.measured,
        found.interpolated,
        ordered.notes,
    )


def _number_runs(broken: Array, height: int) -> Array:
    """Return a number for each unbroken run of rows; `broken` `(rows - 1,)`: a row does not follow the one before."""
    numbers = np.zeros(height, np.int32)
    np.cumsum(broken, out=numbers[1:])
    return numbers


def _number_table(frame: pl.DataFrame, names: tuple[str, ...]) -> Array:
    """Return `(rows, names)` as float32, column by column: all of them as float64 would take twice the memory."""
    table = np.empty((frame.height, len(names)), np.float32)
    for place, name in enumerate(names):
        table[:, place] = frame[f"number {name}"].cast(pl.Float32, strict=False)
    return table
