"""What the pages of both layouts of a table have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tdcli.data._table_formats import PARQUET, format_of
from tdcli.guess._columns import Column, names
from tdcli.guess._outputs import class_outputs, number_outputs
from tdcli.guess._page import Line
from tdcli.guess._roles import can_order, time_columns

FEWEST_TO_PART = 40
"""Rows or sequences: with fewer of them, all train."""


@dataclass(frozen=True)
class Table:
    """A file's columns; `written` is its path as the spec names it."""

    path: Path
    written: str
    columns: Sequence[Column]
    na_values: Sequence[str]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0].texts)

    @property
    def title(self) -> str:
        """What was read."""
        return f"A start, guessed from {self.path.name}: {self.rows:,} rows, {len(self.columns)} columns."

    @property
    def order(self) -> tuple[Column, ...]:
        """The columns that sort the rows by time."""
        times = time_columns(self.columns)
        return times if can_order(times) else ()

    @property
    def told(self) -> tuple[Column, ...]:
        """The columns that tell more than when or which a row is."""
        times = time_columns(self.columns)
        return tuple(column for column in self.columns if column not in times and not column.counts_rows)

    def source(self) -> list[Line]:
        """Return where the table is and how its rows are ordered."""
        order = [Line("order", names(self.order), "the rows' order in time")] if self.order else []
        source = "parquet" if format_of(self.path) is PARQUET else "csv"
        return [Line("source", source), Line("path", self.written), *order]

    def cleaning(self, read: Iterable[Column], policies: dict[str, str]) -> list[Line]:
        """Return how texts become numbers and missing cells are treated."""
        encode = {column.name: one_hot(column) for column in read if column.numbers is None}
        lines = [Line("encode", encode, "a text becomes as many features as it has values")] if encode else []
        lines += [Line("na_values", list(self.na_values), "cells that stand for nothing")] if self.na_values else []
        comment = "a guess; or error, drop, forward-fill, interpolate, a number"
        return [*lines, *([Line("missing", policies, comment)] if policies else [])]

    def left_out(self, read: Iterable[Column]) -> list[str]:
        """Return a note on the columns that take no part."""
        taken = {*names([*read, *self.order])}
        left = [f"`{column.name}`" for column in self.columns if column.name not in taken]
        return [f"columns left out: {', '.join(left)}"] if left else []


def one_hot(column: Column) -> dict[str, Any]:
    """Return the encoding of a text column."""
    return {"as": "one-hot", "values": list(column.categories)}


def width(features: Iterable[Column]) -> int:
    """Return the number of features after encoding."""
    return sum(1 if column.numbers is not None else len(column.categories) for column in features)


def outputs_for(target: Column, *, classes: bool) -> Line:
    """Return the outputs that tell a column's classes apart, or give its number."""
    name = f"`{target.name}`"
    return class_outputs(target.categories, name) if classes else number_outputs(1, name)
