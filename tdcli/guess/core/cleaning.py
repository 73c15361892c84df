"""Write the lines of a `data` section that both layouts share: file, encodings, missing cells, ignored columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tdcli.guess.core.columns import RawColumn
from tdcli.guess.core.page import SpecLine
from tdcli.guess.core.sibling_files import find_test_file
from tdcli.guess.core.table_file import TableFile
from tdcli.guess.core.times import holds_times, is_part
from tdcli.sources.core.classes import label_text, sort_labels


@dataclass(frozen=True)
class TextEncoding:
    """A text column as a feature: its values in the training set, and whether it has others."""

    values: tuple[str, ...]
    others: bool

    @property
    def value(self) -> dict[str, Any]:
        """Return the value for the `encode` key of a spec."""
        return {"as": "one-hot", "values": list(self.values), **({"unknown": "ignore"} if self.others else {})}


def encode_column(column: RawColumn, train: pl.Series, without: frozenset[str] = frozenset()) -> TextEncoding | None:
    """Return how a text column is encoded; None for a column of numbers.

    train: `(cells,)`, the cells of the training set. without: the values to leave out, as `column=value`.
    """
    if column.numbers is not None:
        return None
    there = {label_text(text) for text in train.drop_nulls().unique()}
    values = sort_labels({text for text in there if f"{column.name}={text}" not in without})
    return TextEncoding(values, len(values) < len(column.categories))


def feature_count(features: Iterable[RawColumn], encodings: Mapping[str, TextEncoding]) -> int:
    """Return the number of features after encoding."""
    return sum(len(encodings[each.name].values) if each.name in encodings else 1 for each in features)


def source_lines(table: TableFile, read: Sequence[str]) -> list[SpecLine]:
    """Return the lines of the table's path, of the test file next to it, and of the dialect of its text."""
    test = find_test_file(table, read)
    lines = [SpecLine("source", table.source), SpecLine("path", table.written)]
    lines += [SpecLine("test", test, "found next to the training file")] if test else []
    return lines + [SpecLine(key, value, DIALECT[key]) for key, value in table.keys().items()]


DIALECT = {
    "separator": "the character between cells",
    "decimal": "the decimal mark of numbers",
    "thousands": "the mark between groups of three digits",
    "encoding": "the encoding of the text",
    "comment": "the start of lines that are skipped",
    "header": "the line of the column names; or none, or a list of names",
}


@dataclass(frozen=True)
class CleaningGuess:
    """How text columns and missing cells are handled, and which columns are ignored."""

    encodings: Mapping[str, TextEncoding] = field(default_factory=dict)
    policies: Mapping[str, str] | str = field(default_factory=dict)
    na_values: Sequence[str | float] = ()
    skip: int = 0
    skip_why: str = ""
    ignored: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> list[SpecLine]:
        """Return the lines of the spec."""
        texts = {name: each.value for name, each in self.encodings.items()}
        lines = [SpecLine("encode", texts, "each value of a text column becomes a feature")] if texts else []
        marks = list(self.na_values)
        lines += [SpecLine("na_values", marks, "cells that mean a missing value")] if marks else []
        comment = "a guess; or error, drop, forward-fill, interpolate, a number"
        lines += [SpecLine("missing", self.policies, comment)] if self.policies else []
        lines += [SpecLine("skip", self.skip, self.skip_why)] if self.skip else []
        why = ", ".join(dict.fromkeys(self.ignored.values()))
        return [*lines, *([SpecLine("ignore", list(self.ignored), why)] if self.ignored else [])]


def ignored_columns(
    table: TableFile, used: Iterable[str], counters: Iterable[RawColumn], train: Mapping[str, int]
) -> dict[str, str]:
    """Return the reason to ignore each column that is not used.

    train: the number of distinct values in the training set, by column.
    """
    taken, counting = {*used}, {column.name for column in counters}
    return {
        column.name: _reason_to_ignore(column, train.get(column.name, column.distinct), counts=column.name in counting)
        for column in table.columns
        if column.name not in taken
    }


def ignored_note(ignored: Iterable[str]) -> list[str]:
    """Return the note that lists the ignored columns; empty if there are none."""
    named = ", ".join(f"`{name}`" if name else "the one without a name" for name in ignored)
    return [f"ignored columns: {named}"] if named else []


def _reason_to_ignore(column: RawColumn, trained: int, *, counts: bool) -> str:
    if holds_times(column):
        return "times"
    if counts:
        return _reason_of_counter(column)
    if trained < 2:
        return "a single value"
    if column.is_mostly_missing:
        return "mostly missing"
    if column.unit_example:
        return f"text such as {column.unit_example}"
    return "too many different texts" if column.numbers is None and not column.categories else "identifiers"


def _reason_of_counter(column: RawColumn) -> str:
    if column.numbers is None:
        return "times in an unknown format"
    return "part of the time" if is_part(column) else "row numbers"
