"""What the columns of a table hold, told from all of their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tdcli.data._arrays.cells import read_cells
from tdcli.data._arrays.wanted import Wanted
from tdcli.data._base import DataFault, refuse
from tdcli.data._classes import in_order, label_text
from tdcli.data._table_columns import table_columns

NA_VALUES = ("NA", "N/A", "NaN", "nan", "NULL", "null", "None", "?", "-")
MOST_CATEGORIES = 20


@dataclass(frozen=True)
class Column:
    """A column's cells as text, and as numbers where every cell that is there is one."""

    name: str
    texts: pl.Series
    numbers: pl.Series | None

    @property
    def missing(self) -> int:
        """The number of cells without a value."""
        return self.texts.null_count()

    @property
    def is_whole(self) -> bool:
        """Whether all cells are whole numbers."""
        return self.numbers is not None and bool((self.numbers.drop_nulls() % 1 == 0).all())

    @property
    def counts_rows(self) -> bool:
        """Whether every cell is one more than the cell above."""
        if self.numbers is None or self.missing:
            return False
        return bool((self.numbers.diff().drop_nulls() == 1).all())

    @property
    def is_sorted(self) -> bool:
        """Whether no cell is less than the one above, as numbers or as text."""
        return not self.missing and (self.texts if self.numbers is None else self.numbers).is_sorted()

    @property
    def runs(self) -> int:
        """How many unbroken runs of one value there are."""
        return len(self.texts.rle())

    @property
    def categories(self) -> tuple[str, ...]:
        """The distinct values, sorted; none where there are too many, or one only."""
        labels = {label_text(text) for text in self.texts.drop_nulls().unique()}
        return in_order(labels) if 1 < len(labels) <= min(MOST_CATEGORIES, len(self.texts) // 2) else ()

    @property
    def is_input(self) -> bool:
        """Whether a model can read it: numbers, or texts of a few kinds; at least half of them there."""
        known = self.numbers is not None or bool(self.categories)
        return known and 2 * self.missing <= len(self.texts)


def read_columns(path: Path) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Return the columns, and the texts that stand for missing numbers. Raises UserError."""
    names = table_columns(path, ())
    if isinstance(names, DataFault):
        refuse((names,))
        return (), ()
    frame = read_cells((path,), Wanted(texts=names), (), 0).frame
    na_values = _na_values(frame)
    frame = frame.with_columns(pl.when(~pl.all().is_in(na_values)).then(pl.all()))
    return tuple(Column(name, frame[name], _numbers(frame[name])) for name in names), na_values


def _na_values(frame: pl.DataFrame) -> tuple[str, ...]:
    """Return what stands in place of numbers in columns that hold nothing else but numbers."""
    found: set[str] = set()
    for texts in frame:
        marks = texts.filter(texts.is_in(NA_VALUES))
        others = texts.filter(~texts.is_in(NA_VALUES))
        if len(marks) and _numbers(others) is not None:
            found |= set(marks)
    return tuple(sorted(found))


def _numbers(texts: pl.Series) -> pl.Series | None:
    numbers = texts.cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == texts.null_count() < len(texts) else None


def names(columns: Sequence[Column]) -> list[str]:
    """Return the columns' names."""
    return [column.name for column in columns]
