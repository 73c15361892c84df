"""Find the columns that identify the series of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.tables.order.ordering import codes_by_appearance
from tdcli.data.times.frequency import Frequency, Spacing, infer_frequency, spacing_of, ticks
from tdcli.guess.core.columns import RawColumn

MOST_COLUMNS, MOST_CANDIDATES = 3, 10
FEWEST_ROWS = 3
"""Mean number of rows of a series."""

MOST_IRREGULAR = 0.3
"""Fraction of the steps in time. If more have an unusual length, the rows have no frequency."""

FEW_COPIES = 0.01
"""Fraction of the rows that may have the same time as another row of their series."""

MOST_LEFT = 0.2
"""Fraction of the rows with equal times that a column named like an id may leave, such as two purchases on a day."""

ID_NAME = re.compile(
    r"(?<![a-z])(id|key|code|series|sequence|seq|unit|store|shop|item|sku|product|sensor|station|site|machine|engine"
    r"|subject|patient|person|user|customer|client|trial|session|run|episode|case|group|symbol|ticker|country|region"
    r"|state|county|city|zone|location|house|household|building|meter|device|animal|plant|family|dept|department|pig"
    r"|participant|experiment|recording|vehicle|turbine|firm|company)(?![a-z])|_?id$|^id_"
)


@dataclass(frozen=True)
class GroupedSeries:
    """Series along an axis of times or numbers.

    order: `(rows,)`, the rows of the file in order, group by group. groups, axis: `(rows,)`, in that order.
    """

    columns: tuple[RawColumn, ...]
    order: Array
    groups: Array
    axis: pl.Series
    frequency: Frequency | None
    spacing: Spacing

    @property
    def lengths(self) -> Array:
        """Return `(groups,)`: the number of rows of each group."""
        return np.bincount(self.groups)

    @property
    def repeated(self) -> int:
        """The number of rows that have the same time as another row of their series."""
        return self.spacing.repeated

    @property
    def follow_each_other(self) -> bool:
        """Whether each group ends before the next begins."""
        moments, ends = ticks(self.axis), np.cumsum(self.lengths)
        firsts, lasts = moments[ends - self.lengths], moments[ends - 1]
        order = np.argsort(firsts)
        return bool((firsts[order][1:] >= lasts[order][:-1]).all())

    @property
    def irregular(self) -> float:
        """The fraction of steps in time that have an unusual length."""
        return self.spacing.irregular / max(1, len(self.groups) - len(self.lengths))

    @property
    def comes_irregularly(self) -> bool:
        """Whether the rows have no regular frequency."""
        return self.irregular > MOST_IRREGULAR


def group_series(columns: Sequence[RawColumn], axis: pl.Series) -> GroupedSeries:
    """Sort rows by group, then along an axis of times or numbers `(rows,)`."""
    numbers = number_groups(columns, len(axis))
    order = np.lexsort([ticks(axis), numbers])
    groups, along = numbers[order], axis.gather(order)
    frequency = infer_frequency(along, groups)
    return GroupedSeries(tuple(columns), order, groups, along, frequency, spacing_of(along, groups, frequency))


def number_groups(columns: Sequence[RawColumn], rows: int) -> Array:
    """Return `(rows,)`: the group of each row. Groups are numbered in the order in which they appear."""
    if not columns:
        return np.zeros(rows, np.int64)
    texts = pl.DataFrame([column.texts for column in columns]).select(pl.concat_str(pl.all(), separator="\0"))
    return codes_by_appearance(texts.to_series())


def find_groups(columns: Sequence[RawColumn], axis: pl.Series) -> GroupedSeries | None:
    """Return series in which every time or number occurs once; None if no columns form such series.

    Prefers fewer columns, regular steps, and names over numbers. A column named like an id may leave some equal times.
    """
    alone = group_series((), axis)
    if not alone.repeated:
        return alone
    candidates = _group_candidates(columns)
    for copies in (0, int(FEW_COPIES * len(axis))):
        if copies and alone.repeated <= copies:
            return alone
        for size in range(1, MOST_COLUMNS + 1):
            found = list(_distinguishing(candidates, axis, size, copies))
            if found:
                return min(found, key=lambda each: round(each.irregular, 1))
    named = [column for column in candidates if is_id(column)]
    found = list(_distinguishing(named, axis, 1, int(MOST_LEFT * alone.repeated)))
    return min(found, key=lambda each: each.repeated, default=None)


def _group_candidates(columns: Sequence[RawColumn]) -> list[RawColumn]:
    """Return the columns that may identify a series, the likeliest first."""
    found = [column for column in columns if _can_group(column)]
    return sorted(found, key=lambda each: (not is_id(each), each.numbers is not None))[:MOST_CANDIDATES]


def _can_group(column: RawColumn) -> bool:
    is_key = column.numbers is None or column.is_whole
    few = column.distinct > 1 and FEWEST_ROWS * column.distinct <= len(column.texts)
    return is_key and not column.missing and few


def is_id(column: RawColumn) -> bool:
    """Return whether a column is named like an identifier of what rows belong to."""
    return bool(ID_NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column.name).casefold()))


def _distinguishing(
    candidates: Sequence[RawColumn], axis: pl.Series, size: int, copies: int
) -> Iterator[GroupedSeries]:
    for chosen in combinations(candidates, size):
        if count_copies(chosen, axis) > copies:
            continue
        found = group_series(chosen, axis)
        likely = any(is_id(column) for column in chosen) or not found.comes_irregularly
        if likely and len(axis) >= FEWEST_ROWS * len(found.lengths):
            yield found


def count_copies(columns: Sequence[RawColumn], axis: pl.Series) -> int:
    """Return how many rows have the same time as another row of the same group."""
    frame = pl.DataFrame([axis.alias("\0"), *(column.texts for column in columns)])
    return len(frame) - frame.n_unique()


def block_columns(columns: Sequence[RawColumn]) -> list[RawColumn]:
    """Return the columns whose every value fills a single run of rows, so that they can identify sequences."""
    return [column for column in columns if _can_group(column) and column.distinct == column.runs]
