"""Handle missing cells: fill them from the past, drop their rows, or report the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import LARGEST
from tdcli.sources.core.classes import label_text
from tdcli.sources.tables.columns import FOR_ALL
from tdcli.text.errors import SpecError

GROUP, ROW = "group", "row"
Policies = Mapping[str, str | float]


class Interpolated(NamedTuple):
    """Values for the missing cells of a column in a window that includes the next measured cell.

    values: `(rows,)` float32, on the straight line between two measured cells
    known_from: `(rows,)`, the row of the second measured cell, before which the line is unknown; 0 if the cell itself
        was measured
    """

    values: Array
    known_from: Array

    def take(self, rows: Array) -> Interpolated:
        """Return some of the rows, ascending."""
        return Interpolated(self.values[rows], np.searchsorted(rows, self.known_from[rows]))


@dataclass(frozen=True)
class FilledColumns:
    """Columns `number NAME` and `text NAME` without missing values.

    kept: the rows that were not dropped; None if all were kept
    measured: by column, `(rows,)`, False for cells that were filled; columns without filled cells are not included
    interpolated: by column, the values for windows that include the next measured cell
    """

    frame: pl.DataFrame
    kept: Array | None = None
    measured: Mapping[str, Array] = field(default_factory=dict)
    interpolated: Mapping[str, Interpolated] = field(default_factory=dict)


class _Column(NamedTuple):
    """A column that is read as `number` or `text`. Its name in the frame consists of both words."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def fill_missing(
    cells: Cells, numbers: Sequence[str], texts: Sequence[str], policies: Policies, groups: Array
) -> FilledColumns:
    """Fill missing cells with past values of the same group. `groups` is ascending.

    Raises SpecError at the first cell that is not a finite number, or that is missing and cannot be filled.
    """
    columns = [*(_Column("number", name) for name in numbers), *(_Column("text", name) for name in texts)]
    frame = pl.DataFrame({GROUP: groups, **{str(each): _cast_column(cells, each) for each in columns}})
    _refuse_not_numbers(cells, frame, numbers)
    droppable = [str(each) for each in columns if _policy_of(policies, each.name) == "drop"]
    gone = frame.select(pl.any_horizontal(pl.col(droppable).is_null())).to_series() if droppable else None
    kept = None if gone is None or not gone.any() else (~gone).arg_true().to_numpy().astype(np.int64)
    measured = {each.name: _measured_rows(frame, each) for each in columns if frame[str(each)].null_count()}
    interpolated = {
        each.name: _interpolate(frame, each)
        for each in columns
        if each.kind == "number" and each.name in measured and _policy_of(policies, each.name) == "interpolate"
    }
    frame = frame.with_columns(_fill(each, policies) for each in columns)
    if kept is not None:
        cells, frame = cells.take(kept), frame[kept]
        measured = {name: each[kept] for name, each in measured.items()}
        interpolated = {name: each.take(kept) for name, each in interpolated.items()}
    _check_missing(cells, frame, columns)
    measured = {name: each for name, each in measured.items() if not each.all()}
    return FilledColumns(frame, kept, measured, interpolated)


def _policy_of(policies: Policies, name: str) -> str | float:
    return policies.get(name, policies.get(FOR_ALL, "error"))


def _cast_column(cells: Cells, column: _Column) -> pl.Series:
    return cells.frame[column.name].cast(pl.Float64 if column.kind == "number" else pl.String, strict=False)


def _measured_rows(frame: pl.DataFrame, column: _Column) -> Array:
    return frame[str(column)].is_not_null().to_numpy()


def _interpolate(frame: pl.DataFrame, column: _Column) -> Interpolated:
    values = pl.col(str(column))
    found = frame.with_row_index(ROW).select(
        values.interpolate().forward_fill().over(GROUP).cast(pl.Float32).alias("values"),
        pl.when(values.is_null())
        .then(pl.when(values.is_not_null()).then(ROW).backward_fill().over(GROUP).fill_null(0))
        .otherwise(0)
        .cast(pl.Int64)
        .alias("known_from"),
    )
    return Interpolated(found["values"].to_numpy(), found["known_from"].to_numpy())


def _fill(column: _Column, policies: Policies) -> pl.Expr:
    policy, values = _policy_of(policies, column.name), pl.col(str(column))
    if isinstance(policy, float):
        return values.fill_null(policy if column.kind == "number" else label_text(policy))
    if policy in ("forward-fill", "interpolate"):
        return values.forward_fill().over(GROUP)
    return values


def _refuse_not_numbers(cells: Cells, frame: pl.DataFrame, numbers: Sequence[str]) -> None:
    wrong = {
        name: cells.frame[name].is_not_null()
        & ~frame[str(_Column("number", name))].is_between(-LARGEST, LARGEST).fill_null(value=False)
        for name in _suspects(frame, numbers)
    }
    first = _first_marked(cells, wrong)
    if first is None:
        return
    row, name = first
    text, location = cells.frame[name][row], cells.location(row, name)
    if frame[str(_Column("number", name))][row] is None:
        message = f"{location.text} contains `{text}`, which is not a number"
        helps = cells.advice.on_text(text, name, int(cells.line[row]), cells.files[int(cells.file[row])])
        raise SpecError.of("not-a-number", message, *helps, span=location.span)
    message = f"{location.text} contains `{text}`, which is not a finite number"
    raise SpecError.of("not-finite", message, cells.advice.on_mark(str(text)), span=location.span)


def _suspects(frame: pl.DataFrame, numbers: Sequence[str]) -> list[str]:
    """Return the columns that are not all numbers. One query for all columns is faster than one for each."""
    names = {str(_Column("number", name)): name for name in numbers}
    sound = frame.select(pl.col(list(names)).is_between(-LARGEST, LARGEST).fill_null(value=False).all())
    return [names[column.name] for column in sound if not column.all()]


def _check_missing(cells: Cells, frame: pl.DataFrame, columns: Sequence[_Column]) -> None:
    first = _first_marked(
        cells, {each.name: frame[str(each)].is_null() for each in columns if frame[str(each)].null_count()}
    )
    if first is None:
        return
    row, name = first
    location = cells.location(row, name)
    policy = "forward-fill" if _is_measured_before(frame, row, name) else "drop"
    why = "the cell is empty or listed in `na_values`, and no `missing` policy fills it"
    help = cells.advice.on_missing(name, policy)
    raise SpecError.of("missing-cell", f"{location.text} has no value", help, span=location.span, why=why)


def _is_measured_before(frame: pl.DataFrame, row: int, name: str) -> bool:
    """Return whether an earlier row of the same group has a value, which could fill the cell."""
    before = frame[:row].filter(pl.col(GROUP) == frame[GROUP][row])
    own = next(column for column in frame.columns if column.partition(" ")[2] == name)
    return before[own].null_count() < len(before)


def _first_marked(cells: Cells, wrong: Mapping[str, pl.Series]) -> tuple[int, str] | None:
    """Return the marked cell that comes first in the files."""
    found = [(row, name) for name, marked in wrong.items() for row in marked.arg_true().to_list()[:1]]
    return min(found, key=lambda each: (cells.file[each[0]], cells.line[each[0]]), default=None)
