"""Cells to clean rows: ordered, numbers read, missing ones filled or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from tdcli.data._arrays.cells import Cells
from tdcli.data._arrays.filling import filled
from tdcli.data._arrays.wanted import Wanted
from tdcli.data._dataset import Array
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Rows:
    """A clean table. `groups` numbers the groups by first appearance, `blocks` unbroken runs of rows.

    table: `(rows, columns)` float32, the numbers; texts: `(rows,)` each; cells: the keys, and where each row stands.
    positions: `(rows,)`, whole steps of the table's frequency from the first row of the group on, where rows are
    missing more than one apart. measured: by column, `(rows,)`, False where a cell was filled in; columns without a
    filled cell are left out.
    """

    cells: Cells
    columns: tuple[str, ...]
    table: Array
    texts: Mapping[str, Array]
    groups: Array
    blocks: Array
    positions: Array
    measured: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def numbers(self) -> dict[str, Array]:
        """The columns of the table, `(rows,)` each."""
        return {name: self.table[:, place] for place, name in enumerate(self.columns)}


def clean_rows(cells: Cells, wanted: Wanted, policies: Mapping[str, str | float]) -> Rows:
    """Order the cells and read them. Raises UserError at the first cell that cannot be used."""
    for column in (*wanted.order, *((wanted.group,) if wanted.group else ()), *wanted.extra):
        _refuse_missing_key(cells, column)
    groups = group_numbers(cells, wanted)
    order = _order(cells, wanted.order, groups)
    if order is not None:
        cells, groups = cells.take(order), groups[order]
    frame, kept = filled(cells, wanted.numbers, wanted.texts, policies, groups)
    broken = np.diff(groups) != 0
    if kept is not None:
        cells, groups = cells.take(kept), groups[kept]
        broken = (np.diff(groups) != 0) | (np.diff(kept) != 1)
    table, texts = _table(frame, wanted.numbers), {name: frame[f"text {name}"].to_numpy() for name in wanted.texts}
    keys = {*wanted.order, wanted.group, *wanted.extra}
    cells = cells.without({*cells.frame.columns} - keys)
    blocks, positions = _numbered(broken, len(groups)), _positions(groups)
    return Rows(cells, wanted.numbers, table, texts, groups, blocks, positions, {})


def _positions(groups: Array) -> Array:
    """Return each row's number within its group, from 0."""
    firsts = np.flatnonzero(np.concatenate([[True], np.diff(groups) != 0]))
    counts = np.diff(np.append(firsts, len(groups)))
    return np.arange(len(groups)) - np.repeat(firsts, counts)


def _numbered(broken: Array, height: int) -> Array:
    """Return a number for each unbroken run of rows; `broken` `(rows - 1,)`: a row does not follow the one before."""
    numbers = np.zeros(height, np.int32)
    np.cumsum(broken, out=numbers[1:])
    return numbers


def _table(frame: pl.DataFrame, names: tuple[str, ...]) -> Array:
    """Return `(rows, names)` as float32, column by column: all of them as float64 would take twice the memory."""
    table = np.empty((frame.height, len(names)), np.float32)
    for place, name in enumerate(names):
        table[:, place] = frame[f"number {name}"].cast(pl.Float32, strict=False)
    return table


def _refuse_missing_key(cells: Cells, column: str) -> None:
    missing = cells.frame[column].is_null().arg_true()
    if len(missing):
        place = cells.place(missing[0], column)
        message = f"{place.text} is empty: this column tells the rows apart"
        raise UserError.of("missing-cell", message, "fill the cell in, or remove the row", span=place.span)


def codes_by_appearance(texts: pl.Series) -> Array:
    """Return each text's number: the distinct ones are counted from 0 as they first appear."""
    distinct = texts.unique(maintain_order=True)
    return texts.replace_strict(distinct, pl.Series(range(len(distinct))), return_dtype=pl.Int64).to_numpy()


def group_numbers(cells: Cells, wanted: Wanted) -> Array:
    """Return `(rows,)`: the groups, numbered as they first appear; of several files where `wanted` tells them apart."""
    if wanted.group is None:
        return np.zeros(len(cells), np.int32)
    texts = cells.frame[wanted.group]
    if wanted.by_file:
        texts = pl.Series(cells.file).cast(pl.String) + "\0" + texts
    return codes_by_appearance(texts)


def _order(cells: Cells, columns: tuple[str, ...], groups: Array) -> Array | None:
    """Return the rows by group, then by the order's columns, then as in the file; None where they stand so."""
    if len(columns) == 1 and not groups.any() and _is_sorted(cells.frame[columns[0]]):
        return None
    keys = [groups, *(_sortable(cells.frame[column]) for column in columns)]
    return None if _are_in_order(keys) else np.lexsort(keys[::-1])


def _is_sorted(key: pl.Series) -> bool:
    """Say whether numbers stand in order, without a copy of them."""
    return key.dtype.is_numeric() and key.is_sorted()


def _are_in_order(keys: Iterable[Array]) -> bool:
    """Say whether no row stands before one that the first key, or where that is the same the next, puts first."""
    same: Array | bool = True
    for key in keys:
        later = np.diff(key)
        if np.any((later < 0) & same):
            return False
        same &= later == 0
    return True


def _sortable(texts: pl.Series) -> Array:
    """Return numbers if all cells are, else the ranks of the texts: dates as `2010-01-31` sort as text."""
    numbers = texts.cast(pl.Float64, strict=False)
    return (texts.rank("dense").cast(pl.Int64) if numbers.null_count() else numbers).to_numpy()
