"""Which column is what: the rows' order, the sequence that a row belongs to, the target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from tdcli.guess._columns import Column

DATE_PARTS = ("year", "month", "day", "hour", "minute", "second")
TIME_WORDS = re.compile(r"date|time|timestamp|datetime", re.IGNORECASE)
TARGET_NAMES = ("target", "label", "class", "y", "output", "outcome", "activity")
SHORTEST = 2
"""Rows: a column that changes on every row tells no sequences apart."""


class Labelled(NamedTuple):
    """Sequences one after the other, with a target that is the same on all rows of each."""

    sequence: Column
    target: Column
    constant: tuple[Column, ...]
    """Other columns that do not change within a sequence."""


def time_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns that tell when a row was: parts of a date, else the first named as a time."""
    named = {column.name.casefold(): column for column in columns}
    if "year" in named:
        return tuple(named[part] for part in DATE_PARTS if part in named)
    return tuple(column for column in columns if TIME_WORDS.search(column.name))[:1]


def can_order(columns: Sequence[Column]) -> bool:
    """Say whether sorting by these columns gives the order in time: texts such as 31.01.2010 do not."""
    return bool(columns) and all(column.numbers is not None or column.is_sorted for column in columns)


def blocks(columns: Sequence[Column]) -> list[Column]:
    """Return the columns each of whose values stands in one run of rows: they tell sequences apart."""
    return [column for column in columns if _is_block(column)]


def labelled(columns: Sequence[Column]) -> Labelled | None:
    """Return the sequences and their label, if some column is the same on all rows of each."""
    for sequence in blocks(columns):
        constant = [column for column in columns if column is not sequence and _is_constant(column, sequence)]
        labels = [column for column in constant if 1 < column.texts.n_unique() < sequence.runs and not column.missing]
        if labels:
            others = tuple(column for column in constant if column is not labels[-1])
            return Labelled(sequence, labels[-1], others)
    return None


def named_target(columns: Sequence[Column]) -> Column | None:
    """Return the column that is called a target."""
    by_name = {column.name.casefold(): column for column in columns if column.is_input}
    return next((by_name[name] for name in TARGET_NAMES if name in by_name), None)


def holds_classes(column: Column) -> bool:
    """Say whether a target is a class: texts, or whole numbers of a few kinds."""
    return bool(column.categories) and (column.numbers is None or column.is_whole)


def _is_block(column: Column) -> bool:
    is_key = column.numbers is None or column.is_whole
    if not is_key or column.missing:
        return False
    return 1 < column.texts.n_unique() == column.runs and len(column.texts) >= SHORTEST * column.runs


def _is_constant(column: Column, sequence: Column) -> bool:
    frame = pl.DataFrame({"sequence": sequence.texts, "value": column.texts})
    return frame.n_unique() == sequence.texts.n_unique()
