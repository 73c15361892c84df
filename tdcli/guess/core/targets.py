"""Choose the column to predict, by its name or its position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tdcli.guess.core.columns import RawColumn
from tdcli.sources.core.classes import label_text

LABELS = (
    "label labels class is_anomaly anomaly event fault failure failed outlier activity attack occupancy "
    "target y output outcome"
).split()
"""Usual names of columns of classes, the likeliest first."""

NUMBERS = (
    "target y value values ot sales close price count cnt passengers demand load consumption pm2.5 pm25 temp "
    "temperature t revenue amount quantity qty rides visitors orders volume usage power energy generation production "
    "total output outcome rate"
).split()
"""Usual names of target columns of numbers, the likeliest first."""

NEGATIVE = "no none false negative normal ok off absent healthy benign legitimate background f n".split()
"""Texts for the normal case, rather than the event of interest."""

ALIKE = 2
"""Distinct numbers in a column named `y` with times. With more, they are numbers, not classes."""

FEW = 10
"""Distinct numbers. A column with more of them is likelier a measurement than a flag."""


NAME, LAST = "chosen by its name", "the last column of numbers; any other is possible"


class TargetColumn(NamedTuple):
    """A column to predict.

    why: the reason for the choice. classes: whether its values are classes. ahead: whether rows after the window are
    predicted, rather than its last row.
    """

    column: RawColumn
    why: str
    classes: bool = False
    ahead: bool = True


def holds_classes(column: RawColumn) -> bool:
    """Return whether a target holds classes: texts, or few distinct whole numbers."""
    return bool(column.categories) and (column.numbers is None or column.is_whole)


def class_order(column: RawColumn) -> tuple[str, ...]:
    """Return the classes of a target in the order of their codes.

    A single sigmoid unit outputs the probability of the second class. Of two texts, that is the event of interest: not
    `no` or `normal`, else the rarer one. Numbers ascend.
    """
    if len(column.categories) != 2 or column.numbers is not None:
        return column.categories
    counts = Counter(map(label_text, column.texts.drop_nulls()))
    return tuple(sorted(column.categories, key=lambda label: (label.casefold() not in NEGATIVE, -counts[label])))


def find_target(columns: Sequence[RawColumn], *, calendar: bool) -> TargetColumn | None:
    """Return the target among the columns: a label by its name, else a column of numbers."""
    inputs = [column for column in columns if column.is_input]
    label = _find_named(inputs, LABELS)
    if label and holds_classes(label) and (label.numbers is None or not calendar or _is_label(label)):
        return TargetColumn(label, NAME, classes=True, ahead=False)
    numbers = [column for column in inputs if column.numbers is not None and not column.is_identifier]
    named = _find_named(numbers, NUMBERS)
    if named:
        return TargetColumn(named, NAME)
    if inputs and not calendar and (inputs[-1].numbers is None or _is_flag(inputs[-1])):
        return TargetColumn(inputs[-1], "the last column", classes=True, ahead=False)
    measured = [column for column in numbers if column.distinct > FEW] or numbers
    return TargetColumn(measured[-1], LAST) if measured else None


def _is_flag(column: RawColumn) -> bool:
    return column.is_whole and {*column.categories} == {"0", "1"}


def _is_label(column: RawColumn) -> bool:
    return column.distinct <= ALIKE or not {"y", "target", "output", "outcome"} & {*name_words(column.name)}


def _find_named(columns: Sequence[RawColumn], known: Sequence[str]) -> RawColumn | None:
    """Return the column with the first of these names, either its whole name or one of its words."""
    whole = {column.name.strip().casefold(): column for column in reversed(columns)}
    parts = {word: column for column in reversed(columns) for word in name_words(column.name)}
    return next((found[name] for found in (whole, parts) for name in known if name in found), None)


def is_label_name(column: RawColumn) -> bool:
    """Return whether a column is named like a label."""
    return not {*LABELS}.isdisjoint((column.name.strip().casefold(), *name_words(column.name)))


def name_words(name: str) -> list[str]:
    """Return the words in a column's name.

    >>> name_words("WeeklySales"), name_words("T (degC)"), name_words("pm2.5_mean")
    (['weekly', 'sales'], ['t', 'deg', 'c'], ['pm2.5', 'mean'])
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [word.strip(".") for word in re.split(r"[^A-Za-z0-9.]+", apart.casefold()) if word.strip(".")]
