"""Missing cells: filled, dropped with their row, or refused by the name of the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from tdcli.data._arrays.cells import Cells
from tdcli.data._arrays.wanted import LARGEST
from tdcli.data._classes import label_text
from tdcli.data._columns import FOR_ALL
from tdcli.data._dataset import Array
from tdcli.text.diagnostic import UserError

GROUP = "group"
Policies = Mapping[str, str | float]


class _Column(NamedTuple):
    """A column read as `number` or as `text`; in the frame it is called by both words."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def filled(
    cells: Cells, numbers: Sequence[str], texts: Sequence[str], policies: Policies, groups: Array
) -> tuple[pl.DataFrame, Array | None]:
    """Return columns `number NAME` and `text NAME` without missing values, and the rows kept of `cells`; None for all.

    Fills stay within a group; `groups` is ascending. `interpolate` looks ahead: beside a boundary
    between parts it lets a value of the next part be seen. Raises UserError at the first cell that is
    no number, not finite, or missing with nothing to put in.
    """
    columns = [*(_Column("number", name) for name in numbers), *(_Column("text", name) for name in texts)]
    series = {str(each): _read(cells, each) for each in columns}
    frame = pl.DataFrame({GROUP: groups, **series})
    _refuse_not_numbers(cells, frame, numbers)
    frame = frame.with_columns(_fill(each, policies) for each in columns)
    droppable = [str(each) for each in columns if _policy(policies, each.name) == "drop"]
    gone = frame.select(pl.any_horizontal(pl.col(droppable).is_null())).to_series() if droppable else None
    if gone is None or not gone.any():
        _refuse_missing(cells, frame, columns)
        return frame, None
    kept = (~gone).arg_true().to_numpy().astype(np.int64)
    frame = frame[kept]
    _refuse_missing(cells.take(kept), frame, columns)
    return frame, kept


def _policy(policies: Policies, name: str) -> str | float:
    return policies.get(name, policies.get(FOR_ALL, "error"))


def _read(cells: Cells, column: _Column) -> pl.Series:
    return cells.frame[column.name].cast(pl.Float64 if column.kind == "number" else pl.String, strict=False)


def _fill(column: _Column, policies: Policies) -> pl.Expr:
    policy, values = _policy(policies, column.name), pl.col(str(column))
    if isinstance(policy, float):
        return values.fill_null(policy if column.kind == "number" else label_text(policy))
    if policy == "forward-fill":
        return values.forward_fill().over(GROUP)
    if policy == "interpolate" and column.kind == "number":
        return values.interpolate().over(GROUP)
    return values


def _refuse_not_numbers(cells: Cells, frame: pl.DataFrame, numbers: Sequence[str]) -> None:
    wrong = {
        name: cells.frame[name].is_not_null()
        & ~frame[str(_Column("number", name))].is_between(-LARGEST, LARGEST).fill_null(value=False)
        for name in numbers
    }
    first = _first(cells, wrong)
    if first is None:
        return
    row, name = first
    text, place = cells.frame[name][row], cells.place(row, name)
    if frame[str(_Column("number", name))][row] is None:
        message = f"{place.text} holds `{text}`, not a number"
        helps = cells.advice.on_text(text, name, int(cells.line[row]), cells.files[int(cells.file[row])])
        raise UserError.of("not-a-number", message, *helps, span=place.span)
    message = f"{place.text} holds `{text}`, not a finite number"
    raise UserError.of("not-finite", message, cells.advice.on_mark(str(text)), span=place.span)


def _refuse_missing(cells: Cells, frame: pl.DataFrame, columns: Sequence[_Column]) -> None:
    first = _first(cells, {each.name: frame[str(each)].is_null() for each in columns})
    if first is None:
        return
    row, name = first
    place = cells.place(row, name)
    policy = "forward-fill" if _is_measured_before(frame, row, name) else "drop"
    why = "the cell is empty, or listed in `na_values`, and nothing says what to put in"
    help = cells.advice.on_missing(name, policy)
    raise UserError.of("missing-cell", f"{place.text} is missing", help, span=place.span, why=why)


def _is_measured_before(frame: pl.DataFrame, row: int, name: str) -> bool:
    """Say whether there is a value in an earlier row of the same group, which could be put in."""
    before = frame[:row].filter(pl.col(GROUP) == frame[GROUP][row])
    own = next(column for column in frame.columns if column.partition(" ")[2] == name)
    return before[own].null_count() < len(before)


def _first(cells: Cells, wrong: Mapping[str, pl.Series]) -> tuple[int, str] | None:
    """Return the marked cell that comes first in the files."""
    found = [(row, name) for name, marked in wrong.items() for row in marked.arg_true().to_list()[:1]]
    return min(found, key=lambda each: (cells.file[each[0]], cells.line[each[0]]), default=None)
