"""Columns of texts and numbers, each cell with its location: file, line and column."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.labels import CellLocation
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.times.frequency import Frequency
from tdcli.sources.tables.cell_advice import NO_ADVICE, CellAdvice
from tdcli.sources.tables.formats import table_format
from tdcli.text.diagnostic import Span
from tdcli.text.errors import SpecError


class TooFewRowsError(SpecError):
    """Too few rows are left to make a sample."""


@dataclass(frozen=True)
class Cells:
    """Rows of texts and numbers. A missing cell is null.

    file, line: `(rows,)`, the location of each row: an index into `files`, and the line
    inserted: `(rows,)`, True for rows that are in no file, whose `line` is that of the row before; None if there are
        none
    request: the requested columns
    advice: what to write if a cell cannot be used
    """

    frame: pl.DataFrame
    files: tuple[Path, ...]
    file: Array
    line: Array
    inserted: Array | None = None
    request: ColumnRequest = field(default_factory=ColumnRequest)
    advice: CellAdvice = NO_ADVICE

    @classmethod
    def of_file(cls, path: Path, frame: pl.DataFrame, lines: Array, request: ColumnRequest) -> Cells:
        """Return the cells of one file. `lines` `(rows,)` is the line of each row."""
        return cls(frame, (path,), np.broadcast_to(0, frame.height), lines, request=request)

    def __len__(self) -> int:
        return self.frame.height

    def take(self, rows: Array) -> Cells:
        """Return some of the rows, or all rows in another order."""
        inserted = None if self.inserted is None else self.inserted[rows]
        return replace(self, frame=self.frame[rows], file=self.file[rows], line=self.line[rows], inserted=inserted)

    def advice_on_key(self, row: int) -> tuple[str, ...]:
        """Return what to write if the cell of a row is empty or is not a time."""
        return self.advice.on_key(int(self.line[row]), self.files[int(self.file[row])])

    def with_gaps(self, rows: Array, keys: Collection[str]) -> Cells:
        """Return the rows at these positions. Repeats of a position are empty except for the `keys`."""
        inserted = np.concatenate([[False], np.diff(rows) == 0])
        places = pl.Series(rows)
        real = places.to_frame("row").select(pl.when(~pl.Series(inserted)).then("row")).to_series()
        columns = [each.gather(places if each.name in keys else real) for each in self.frame]
        return replace(self, frame=pl.DataFrame(columns), file=self.file[rows], line=self.line[rows], inserted=inserted)

    def skipping(self, count: int) -> Cells:
        """Return the rows after the first `count`."""
        if not count:
            return self
        return replace(self, frame=self.frame[count:], file=self.file[count:], line=self.line[count:])

    def with_times_as(self, formats: tuple[str, ...], frequency: Frequency | None = None) -> Cells:
        """Return the cells with the formats of their times and the frequency of their rows."""
        return replace(self, request=replace(self.request, formats=formats, frequency=frequency))

    def without(self, columns: Collection[str]) -> Cells:
        """Return the rows without some columns, which frees their memory."""
        return replace(self, frame=self.frame.drop(columns))

    def location(self, row: int, column: str) -> CellLocation:
        """Return the location of a cell."""
        path, line = self.files[int(self.file[row])], int(self.line[row])
        where = f"{table_format(path).noun} {line}"
        if self.inserted is not None and self.inserted[row]:
            where = f"the row inserted after {where}"
        return CellLocation(f"{where}, column `{column}` of `{path.name}`", Span(str(path), line))

    def names(self, rows: Array, lines_on: Array | int = 0) -> Array:
        """Return the line that is `lines_on` lines after each row. With several files, return `file:line`."""
        lines = self.line[rows] + lines_on
        if len(self.files) == 1:
            return np.asarray(lines)
        files = pl.Series([path.name for path in self.files])[self.file[rows]]
        return (files + ":" + pl.Series(lines).cast(pl.String)).to_numpy()
