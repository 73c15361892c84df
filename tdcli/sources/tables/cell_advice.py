"""Advice on the keys of a table's section for cells that cannot be used. It keeps what the section already has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tdcli.sources.tables.columns import FOR_ALL, Encoding
from tdcli.sources.tables.dialect import PLAIN, Dialect
from tdcli.sources.tables.dialect_advice import number_advice, unit_advice
from tdcli.sources.tables.time_formats import formats_of
from tdcli.text.yaml_writer import to_inline_yaml

MOST_LISTED = 20


@dataclass(frozen=True)
class CellAdvice:
    """The keys of a section that define how cells are read and which columns are features."""

    na_values: tuple[str, ...] = ()
    skip: int = 0
    dialect: Dialect = PLAIN
    encode: Mapping[str, Encoding] = field(default_factory=dict)
    missing: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    lists_features: bool = False
    has_time: bool = False
    targets: tuple[str, ...] = ()
    as_class: str = ""
    """The advice on the outputs for a target of classes."""

    def on_text(self, text: str, column: str, line: int, path: Path) -> tuple[str, ...]:
        """Return the advice for a cell of text in a column of numbers."""
        as_number = number_advice(text, line, path, self.dialect, self.skip)
        if formats_of(text) and column in self.features:
            return (*as_number, *self._on_date(column))
        as_class = [f"if it is a class: {self.as_class}"] if column in self.targets and not as_number else []
        helps = [*as_number, *as_class, self.on_mark(text)]
        if column in self.features:
            helps.append(f"if the column holds text: `{self._encode(column, 'one-hot')}`")
            helps += self._leaving_out(column)
        return tuple(helps)

    def _on_date(self, column: str) -> tuple[str, ...]:
        """Return the advice for a feature that holds dates: they order the rows, or are ignored."""
        if self.has_time:
            return tuple(text.removeprefix("or ") for text in self._leaving_out(column))
        order = f"if it is the time of a row: `time: {to_inline_yaml(column)}`"
        others = [name for name in self.features if name != column]
        if self.lists_features and others:
            return (f"{order} and `features: {to_inline_yaml(others)}`",)
        return (order, *self._leaving_out(column))

    def on_key(self, line: int, path: Path) -> tuple[str, ...]:
        """Return the advice for a cell that is empty or not a time, in a column that orders the rows."""
        return unit_advice(line, path, self.dialect, self.skip)

    def _leaving_out(self, column: str) -> tuple[str, ...]:
        """Return the advice to remove a feature; empty if it is the only one, or if the others are too many to list."""
        others = [name for name in self.features if name != column]
        if not self.lists_features:
            return (f"or ignore the column: `ignore: {to_inline_yaml([*self.ignore, column])}`",)
        return (f"or remove the column: `features: {to_inline_yaml(others)}`",) if 0 < len(others) < MOST_LISTED else ()

    def on_mark(self, text: str) -> str:
        """Return the advice to read a text as a missing value."""
        return f"if it means a missing value: `na_values: {to_inline_yaml([*self.na_values, text])}`"

    def on_missing(self, column: str, policy: str) -> str:
        """Return the advice for the missing cells of a column."""
        if self.missing.get(FOR_ALL, "error") != "error":
            return f"write `missing: {policy}`, or a number to fill in"
        own = {name: value for name, value in self.missing.items() if name != FOR_ALL}
        other = "" if policy == "drop" else "`drop`, or "
        return f"write `missing: {to_inline_yaml({**own, column: policy})}`, or use {other}a number to fill in"

    def on_unknown(self, column: str, form: str, *, fixed: bool) -> str:
        """Return the advice to accept texts beyond the known values. `fixed`: the known values cannot be extended."""
        otherwise = "train new weights on this data, without `--from`" if fixed else "list all `values`"
        return f"write `{self._encode(column, {'as': form, 'unknown': 'ignore'})}`, or {otherwise}"

    def _encode(self, column: str, how: Any) -> str:
        given = {name: _encoding_key(each) for name, each in self.encode.items()}
        how = {**given[column], **how} if isinstance(how, dict) and isinstance(given.get(column), dict) else how
        return f"encode: {to_inline_yaml({**given, column: how})}"


NO_ADVICE = CellAdvice()
"""The advice for a table without a section."""


def _encoding_key(encoding: Encoding) -> Any:
    """Return an encoding as a spec writes it."""
    found = encoding.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    return encoding.form if set(found) == {"as"} else found
