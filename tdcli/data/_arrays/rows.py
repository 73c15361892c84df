"""Cells to clean rows: ordered, numbers read, missing ones filled or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from tdcli.data._arrays.cells import Cells
from tdcli.data._arrays.filling import filled
from tdcli.data._dataset import Array
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Rows:
    """A clean table. `groups` numbers the groups by first appearance, `blocks` unbroken runs of rows."""

    cells: Cells
    numbers: Mapping[str, Array]
    texts: Mapping[str, Array]
    groups: Array
    blocks: Array

    def __len__(self) -> int:
        return len(self.groups)


@dataclass(frozen=True)
class Wanted:
    """The columns to read, by what they are read as; `group` tells groups apart, with the file if `by_file`."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    order: tuple[str, ...] = ()
    group: str | None = None
    by_file: bool = False
    extra: tuple[str, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Return all columns, each once."""
        keys = (*self.order, *((self.group,) if self.group else ()), *self.extra)
        return tuple(dict.fromkeys((*keys, *self.numbers, *self.texts)))


def clean_rows(cells: Cells, wanted: Wanted, policies: Mapping[str, str | float]) -> Rows:
    """Order the cells and read them. Raises UserError at the first cell that cannot be used."""
    for column in (*wanted.order, *((wanted.group,) if wanted.group else ()), *wanted.extra):
        _refuse_missing_key(cells, column)
    groups = _groups(cells, wanted)
    order = _order(cells, wanted.order, groups)
    cells, groups = cells.take(order), groups[order]
    frame, kept = filled(cells, wanted.numbers, wanted.texts, policies, groups)
    cells, groups = cells.take(kept), groups[kept]
    broken = (np.diff(kept) != 1) | (np.diff(groups) != 0)
    blocks = np.concatenate([[0], np.cumsum(broken)])[: len(kept)]
    numbers = {name: frame[f"number {name}"].to_numpy() for name in wanted.numbers}
    texts = {name: frame[f"text {name}"].to_numpy() for name in wanted.texts}
    return Rows(cells, numbers, texts, groups, blocks)


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


def _groups(cells: Cells, wanted: Wanted) -> Array:
    if wanted.group is None:
        return np.zeros(len(cells), np.int64)
    texts = cells.frame[wanted.group]
    if wanted.by_file:
        texts = pl.Series(cells.file).cast(pl.String) + "\0" + texts
    return codes_by_appearance(texts)


def _order(cells: Cells, columns: Iterable[str], groups: Array) -> Array:
    """Return the rows by group, then by the order's columns, then as in the file."""
    keys = [_sortable(cells.frame[column]) for column in reversed(tuple(columns))]
    return np.lexsort([*keys, groups])


def _sortable(texts: pl.Series) -> Array:
    """Return numbers if all cells are, else the ranks of the texts: dates as `2010-01-31` sort as text."""
    numbers = texts.cast(pl.Float64, strict=False)
    return (texts.rank("dense") if numbers.null_count() else numbers).to_numpy()
