"""Convert cells into clean rows: order them, parse numbers, and fill or drop missing cells."""

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
    """How missing cells and rows are handled.

    missing: the policy for missing cells, by column
    max_gap: the number of missing rows that a window may bridge; None for any number
    inserts_rows: whether missing rows are inserted as rows of missing cells
    """

    missing: Mapping[str, str | float]
    max_gap: int | None = None
    inserts_rows: bool = False


@dataclass(frozen=True)
class Rows:
    """A clean table.

    cells: the key columns, and the location of each row
    columns: the names of the columns of `table`
    table: `(rows, columns)` float32, the numbers
    texts: by column, `(rows,)`
    groups: `(rows,)`, the groups in the order of their first appearance
    blocks: `(rows,)`, the number of the unbroken run of rows
    positions: `(rows,)`, whole steps of the frequency since the first row of the group
    times: `(rows,)`, the moments; None if there is no column of times
    formats: the formats of the times in the cells
    measured: by column, `(rows,)`, False for cells that were filled; columns without filled cells are not included
    interpolated: by column, the values for windows that include the next measured cell
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
        """The moments with their blocks; None if there is no column of times."""
        return None if self.times is None else TableTimes(self.times, self.blocks, self.frequency)

    @property
    def numbers(self) -> dict[str, Array]:
        """The columns of the table, `(rows,)` each."""
        return {name: self.table[:, place] for place, name in enumerate(self.columns)}


def clean_table(cells: Cells, cleaning: CleaningPolicy) -> Rows:
    """Order the rows of a table and parse its cells. Raises SpecError at the first cell that cannot be used."""
    ordered = order_rows(cells)
    del cells  # two copies of a large table may not fit into memory
    return clean_rows(ordered, cleaning)


def clean_rows(ordered: OrderedCells, cleaning: CleaningPolicy) -> Rows:
    """Parse the cells of ordered rows. Raises SpecError at the first cell that cannot be used."""
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
    """Return `(rows,)`, the number of each row's unbroken run. `broken` `(rows - 1,)` is True between two runs."""
    numbers = np.zeros(height, np.int32)
    np.cumsum(broken, out=numbers[1:])
    return numbers


def _number_table(frame: pl.DataFrame, names: tuple[str, ...]) -> Array:
    """Return `(rows, names)` as float32. Converting all columns at once would need twice the memory, as float64."""
    table = np.empty((frame.height, len(names)), np.float32)
    for place, name in enumerate(names):
        table[:, place] = frame[f"number {name}"].cast(pl.Float32, strict=False)
    return table
