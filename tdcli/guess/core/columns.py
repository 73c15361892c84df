"""Describe the columns of a table from all of their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from tdcli.data.tables.files.number_texts import normalize_numbers
from tdcli.sources.core.classes import label_text, sort_labels
from tdcli.sources.tables.dialect import Dialect

NA_VALUES = (
    "NA", "N/A", "n/a", "na", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None",
    "?", "-", "--", "---", ".", "..", ":", "*", "M",
)  # fmt: skip
"""Marks of missing numbers: `.` is from FRED, `..` from the World Bank, `:` from Eurostat, `M` from NOAA."""
MOST_CATEGORIES = 20

IDENTIFIER_NAME = re.compile(r"^(rows?|index|idx|unnamed.*|level_0|instant|record|)$|(id|_no|code|key)$")
"""The names of numbers that only identify a row. pandas writes an index as `Unnamed: 0`, `index` or `level_0`."""

WITH_UNIT = r"^[+-]?(?:\p{Sc} ?[+-]?\d[\d.,]*|\d[\d.,]* ?(?:%|\p{Sc}|[a-zA-Z]{1,3}))$"
"""A number with a currency, a percent sign or a short unit."""


@dataclass(frozen=True)
class RawColumn:
    """The cells of a column `(rows,)` as text, and as numbers if all cells with a value are numbers."""

    name: str
    texts: pl.Series
    numbers: pl.Series | None

    @property
    def missing(self) -> int:
        """The number of cells without a value."""
        return self.texts.null_count()

    @cached_property
    def distinct(self) -> int:
        """The number of distinct values."""
        return self.texts.drop_nulls().n_unique()

    @cached_property
    def is_whole(self) -> bool:
        """Whether all cells are whole numbers."""
        return self.numbers is not None and bool((self.numbers.drop_nulls() % 1 == 0).all())

    @property
    def is_constant(self) -> bool:
        """Whether there is at most one distinct value."""
        return self.distinct < 2

    @property
    def is_mostly_missing(self) -> bool:
        """Whether fewer than half of the cells have a value."""
        return 2 * self.missing > len(self.texts)

    @property
    def is_identifier(self) -> bool:
        """Whether the column has a different whole number in each row, and is named like an id or an index."""
        return self.is_whole and self.distinct == len(self.texts) and bool(IDENTIFIER_NAME.search(self.name.casefold()))

    @property
    def counts_rows(self) -> bool:
        """Whether every cell is one more than the cell above it."""
        return not self.missing and self.is_whole and bool((self.steps == 1).all())

    @cached_property
    def steps(self) -> pl.Series:
        """Return `(rows - 1,)`: the difference of each number to the one above it."""
        return (pl.Series() if self.numbers is None else self.numbers).diff().drop_nulls()

    @cached_property
    def unit_example(self) -> str | None:
        """The first cell, if all cells are numbers with a currency, a percent sign or a unit; else None."""
        texts = self.texts.drop_nulls().str.strip_chars()
        return texts[0] if len(texts) and self.numbers is None and texts.str.contains(WITH_UNIT).all() else None

    @property
    def runs(self) -> int:
        """The number of runs of equal values."""
        return len(self.texts.rle())

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The distinct values, sorted; empty if there are too many of them, or only one."""
        if not 1 < self.distinct <= min(MOST_CATEGORIES, len(self.texts) // 2):
            return ()
        return sort_labels({label_text(text) for text in self.texts.drop_nulls().unique()})

    @property
    def is_input(self) -> bool:
        """Whether the column can be a feature: numbers or a few texts that vary, with at most half of them missing."""
        known = self.numbers is not None or bool(self.categories)
        return known and not self.is_constant and not self.is_mostly_missing


def raw_columns(
    frame: pl.DataFrame, dialect: Dialect, codes: frozenset[float]
) -> tuple[tuple[RawColumn, ...], tuple[str | float, ...]]:
    """Return the columns of a table of texts, and the texts and numbers in it that mean missing values.

    codes: numbers that are known to mean missing values.
    """
    plain = frame.select(normalize_numbers(name, dialect) for name in frame.columns)
    marks = _na_values(plain)
    frame, plain = (each.with_columns(pl.when(~pl.all().is_in(list(marks))).then(pl.all())) for each in (frame, plain))
    numbers = {name: _parse_numbers(plain[name]) for name in frame.columns}
    for name, column in numbers.items():
        if codes and column is not None:
            known = ~column.is_in(list(codes)).fill_null(value=False)
            frame = frame.with_columns(pl.when(known).then(pl.col(name)).alias(name))
            numbers[name] = column.zip_with(known, pl.Series([None], dtype=pl.Float64))
    listed = (int(code) if code % 1 == 0 else code for code in sorted(codes))
    return tuple(RawColumn(name, frame[name], numbers[name]) for name in frame.columns), (*marks, *listed)


def _na_values(frame: pl.DataFrame) -> tuple[str, ...]:
    """Return the marks of missing values in columns whose other cells are all numbers."""
    found: set[str] = set()
    for texts in frame:
        marks = texts.filter(texts.is_in(NA_VALUES))
        others = texts.filter(~texts.is_in(NA_VALUES))
        if len(marks) and _parse_numbers(others) is not None:
            found |= set(marks)
    return tuple(sorted(found))


def _parse_numbers(texts: pl.Series) -> pl.Series | None:
    numbers = texts.cast(pl.Float64, strict=False)
    is_number = numbers.null_count() == texts.null_count() < len(texts) and bool(numbers.is_finite().all())
    return numbers if is_number else None


def names_of(columns: Sequence[RawColumn]) -> list[str]:
    """Return the names of columns."""
    return [column.name for column in columns]
