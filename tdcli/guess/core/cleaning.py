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
from tdcli.sources.core.classes import label_text, sort_labels


@dataclass(frozen=True)
class TextEncoding:
    """A text column as a feature: the values that train, and whether there are others."""

    values: tuple[str, ...]
    others: bool

    @property
    def value(self) -> dict[str, Any]:
        """Return what the spec says of it."""
        return {"as": "one-hot", "values": list(self.values), **({"unknown": "ignore"} if self.others else {})}


def encode_column(column: RawColumn, train: pl.Series, without: frozenset[str] = frozenset()) -> TextEncoding | None:
    """Return how a text column is encoded; None for numbers.

    train: `(cells,)`, those that train; without: the values that are left out, as `column=value`.
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
    """Return where the table is, how its text is written, and the test part beside it."""
    test = find_test_file(table, read)
    lines = [SpecLine("source", table.source), SpecLine("path", table.written)]
    lines += [SpecLine("test", test, "found beside it")] if test else []
    return lines + [SpecLine(key, value, DIALECT[key]) for key, value in table.keys().items()]


DIALECT = {
    "separator": "between cells",
    "decimal": "in numbers",
    "thousands": "in numbers",
    "encoding": "of the text",
    "comment": "lines that begin so are left out",
    "header": "the line of the column names; or none, or a list of names",
}


@dataclass(frozen=True)
class CleaningGuess:
    """What is done about texts, missing cells and the columns that are left out."""

    encodings: Mapping[str, TextEncoding] = field(default_factory=dict)
    policies: Mapping[str, str] | str = field(default_factory=dict)
    na_values: Sequence[str | float] = ()
    skip: int = 0
    skip_why: str = ""
    ignored: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> list[SpecLine]:
        """Return the lines that say so."""
        texts = {name: each.value for name, each in self.encodings.items()}
        lines = [SpecLine("encode", texts, "a text becomes as many features as it has values")] if texts else []
        lines += [SpecLine("na_values", list(self.na_values), "cells that stand for nothing")] if self.na_values else []
        comment = "a guess; or error, drop, forward-fill, interpolate, a number"
        lines += [SpecLine("missing", self.policies, comment)] if self.policies else []
        lines += [SpecLine("skip", self.skip, self.skip_why)] if self.skip else []
        why = ", ".join(dict.fromkeys(self.ignored.values()))
        return [*lines, *([SpecLine("ignore", list(self.ignored), why)] if self.ignored else [])]


def ignored_columns(
    table: TableFile, used: Iterable[str], counters: Iterable[RawColumn], train: Mapping[str, int]
) -> dict[str, str]:
    """Return why each column that takes no part does not. train: the distinct values that train, by column."""
    taken, counting = {*used}, {column.name for column in counters}
    return {
        column.name: _reason_to_ignore(column, train.get(column.name, column.distinct), counts=column.name in counting)
        for column in table.columns
        if column.name not in taken
    }


def ignored_note(ignored: Iterable[str]) -> list[str]:
    """Return the note that names the columns that are left out, if there are any."""
    named = ", ".join(f"`{name}`" if name else "the one without a name" for name in ignored)
    return [f"columns left out: {named}"] if named else []


def _reason_to_ignore(column: RawColumn, trained: int, *, counts: bool) -> str:
    if counts:
        return "counts the rows"
    if trained < 2:
        return "one value"
    if column.is_mostly_missing:
        return "mostly missing"
    if column.unit_example:
        return f"no numbers but texts such as {column.unit_example}"
    return "many texts" if column.numbers is None and not column.categories else "names"
