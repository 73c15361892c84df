"""One long table to a spec: a forecast from windows of rows, or a class for each window's last row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tdcli.guess._columns import Column, names
from tdcli.guess._page import Block, Guess, Line, training
from tdcli.guess._roles import blocks, holds_classes, named_target
from tdcli.guess._table import FEWEST_TO_PART, Table, outputs_for, width
from tdcli.text.diagnostic import UserError

LONGEST_GUESS = 24
"""Rows a window."""


class _Choice(NamedTuple):
    """Which columns a window is made of."""

    features: Sequence[Column]
    target: Column
    group: Column | None
    named: bool
    forecasts: bool

    @property
    def read(self) -> list[Column]:
        return list({column.name: column for column in (*self.features, self.target)}.values())


def windows_page(table: Table) -> Guess:
    """Return a many-to-one spec over windows of rows. Raises UserError where nothing can be predicted."""
    choice = _choice(table)
    skip, policies = _missing(table, choice)
    rows = table.rows - skip
    parts = rows >= FEWEST_TO_PART
    split = [Line("split", {"by": "time", "validation": 0.15, "test": 0.2}, "the last rows test")]
    data = Block("data", [*table.source(), *_data(table, choice, skip, policies)])
    described: list[Line | Block] = [_architecture(choice, rows), data]
    body = [*described, *(split if parts else []), training(32, validated=parts)]
    notes = [f"guessed: the target `{choice.target.name}`, {_timesteps(choice, rows)} rows a window"]
    used = [*choice.read, *([choice.group] if choice.group else [])]
    return Guess(table.title, body, notes + table.left_out(used))


def _choice(table: Table) -> _Choice:
    named = named_target(table.told)
    group = next((column for column in blocks(table.told) if column is not named and column.numbers is None), None)
    inputs = [column for column in table.told if column.is_input and column is not group]
    target = named or next((column for column in inputs if column.numbers is not None), None)
    if target is None:
        message = f"`{table.path}` has no column of numbers to predict"
        raise UserError.of("nothing-to-guess", message, "give a table with columns of numbers, a row a step")
    forecasts = named is None or not holds_classes(named)
    features = [column for column in inputs if forecasts or column is not target]
    if not features:
        message = f"`{table.path}` has no column but `{target.name}` to predict from"
        raise UserError.of("nothing-to-guess", message, "give a table with columns of numbers, a row a step")
    return _Choice(features, target, group, named is not None, forecasts)


def _missing(table: Table, choice: _Choice) -> tuple[int, dict[str, str]]:
    """Return how many rows to skip, and a policy for each column with missing cells."""
    gaps = [column for column in choice.read if column.missing]
    leading = [int(column.texts.is_not_null().arg_max() or 0) for column in gaps]
    skip = max(leading, default=0)
    if choice.group or 20 * skip > table.rows:
        return 0, {column.name: "drop" for column in gaps}
    return skip, {column.name: "forward-fill" for column in gaps if column.texts[skip:].null_count()}


def _timesteps(choice: _Choice, rows: int) -> int:
    """Return a length of which every part, and every group, holds several windows."""
    groups = choice.group.texts.rle().struct.field("len").min() if choice.group else None
    shortest = groups if isinstance(groups, int) else rows
    return max(1, min(LONGEST_GUESS, shortest // 10 - 1))


def _architecture(choice: _Choice, rows: int) -> Block:
    sizes = {"timesteps": _timesteps(choice, rows), "features": width(choice.features)}
    return Block(
        "architecture",
        [
            Line("kind", "many-to-one", "one answer for each window of rows"),
            Line("input", sizes, "a guess: so many rows a window"),
            Line("recurrent", {"cell": "LSTM", "units": 32}, "a guess: start small"),
            outputs_for(choice.target, classes=not choice.forecasts),
        ],
    )


def _data(table: Table, choice: _Choice, skip: int, policies: dict[str, str]) -> list[Line]:
    why = "its name" if choice.named else "the first column of numbers; any other will do"
    lines = [Line("features", names(choice.features)), Line("target", choice.target.name, f"a guess: {why}")]
    if choice.group:
        lines.insert(0, Line("group", choice.group.name, "a guess: no window crosses from one to the next"))
    if choice.forecasts:
        lines.append(Line("ahead", 1, "the row after the window's last"))
        lines.append(Line("target_change", value=True, comment="learn the change; figures stay in the data's units"))
    else:
        lines.append(Line("ahead", 0, "the class of the window's last row"))
    skipped = [Line("skip", skip, "rows at the start that miss a value")] if skip else []
    return [*lines, *table.cleaning(choice.read if choice.forecasts else choice.features, policies), *skipped]
