"""The lines of a table's section that both layouts have: its file, its texts, its missing cells, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tdcli.guess.core.beside import test_beside
from tdcli.guess.core.columns import Column
from tdcli.guess.core.page import Line
from tdcli.guess.core.reading import Table
from tdcli.sources.core.classes import label_text, sort_labels


@dataclass(frozen=True)
class Encoded:
    """A text column as a feature: the values that train, and whether there are others."""

    values: tuple[str, ...]
    others: bool

    @property
    def value(self) -> dict[str, Any]:
        """Return what the spec says of it."""
        return {"as": "one-hot", "values": list(self.values), **({"unknown": "ignore"} if self.others else {})}


def encoded(column: Column, train: pl.Series, without: frozenset[str] = frozenset()) -> Encoded | None:
    """Return how a text column is encoded; None for numbers.

    train: `(cells,)`, those that train; without: the values that are left out, as `column=value`.
    """
    if column.numbers is not None:
        return None
    there = {label_text(text) for text in train.drop_nulls().unique()}
    values = sort_labels({text for text in there if f"{column.name}={text}" not in without})
    return Encoded(values, len(values) < len(column.categories))


def width(features: Iterable[Column], encodings: Mapping[str, Encoded]) -> int:
    """Return the number of features after encoding."""
    return sum(len(encodings[each.name].values) if each.name in encodings else 1 for each in features)


def source_lines(table: Table, read: Sequence[str]) -> list[Line]:
    """Return where the table is, how its text is written, and the test part beside it."""
    test = test_beside(table, read)
    lines = [Line("source", table.source), Line("path", table.written)]
    lines += [Line("test", test, "found beside it")] if test else []
    return lines + [Line(key, value, DIALECT[key]) for key, value in table.keys().items()]


DIALECT = {
    "separator": "between cells",
    "decimal": "in numbers",
    "thousands": "in numbers",
    "encoding": "of the text",
    "comment": "lines that begin so are left out",
    "header": "the line of the column names; or none, or a list of names",
}


@dataclass(frozen=True)
class Cleaning:
    """What is done about texts, missing cells and the columns that are left out."""

    encodings: Mapping[str, Encoded] = field(default_factory=dict)
    policies: Mapping[str, str] | str = field(default_factory=dict)
    na_values: Sequence[str | float] = ()
    skip: int = 0
    skip_why: str = ""
    ignored: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        """Return the lines that say so."""
        texts = {name: each.value for name, each in self.encodings.items()}
        lines = [Line("encode", texts, "a text becomes as many features as it has values")] if texts else []
        lines += [Line("na_values", list(self.na_values), "cells that stand for nothing")] if self.na_values else []
        comment = "a guess; or error, drop, forward-fill, interpolate, a number"
        lines += [Line("missing", self.policies, comment)] if self.policies else []
        lines += [Line("skip", self.skip, self.skip_why)] if self.skip else []
        why = ", ".join(dict.fromkeys(self.ignored.values()))
        return [*lines, *([Line("ignore", list(self.ignored), why)] if self.ignored else [])]


def left_out(table: Table, used: Iterable[str], counters: Iterable[Column], train: Mapping[str, int]) -> dict[str, str]:
    """Return why each column that takes no part does not. train: the distinct values that train, by column."""
    taken, counting = {*used}, {column.name for column in counters}
    return {
        column.name: _why(column, train.get(column.name, column.distinct), counts=column.name in counting)
        for column in table.columns
        if column.name not in taken
    }


def left_out_note(ignored: Iterable[str]) -> list[str]:
    """Return the note that names the columns that are left out, if there are any."""
    named = ", ".join(f"`{name}`" if name else "the one without a name" for name in ignored)
    return [f"columns left out: {named}"] if named else []


def _why(column: Column, trained: int, *, counts: bool) -> str:
    if counts:
        return "counts the rows"
    if trained < 2:
        return "one value"
    if column.is_mostly_missing:
        return "mostly missing"
    if column.unit_example:
        return f"no numbers but texts such as {column.unit_example}"
    return "many texts" if column.numbers is None and not column.categories else "names"
