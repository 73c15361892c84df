"""Files of a table to columns of texts and numbers, each cell with its place: file, line and column."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.labels import Place
from tdcli.data.tables.files.column_request import Read, Wanted
from tdcli.data.tables.files.from_arff import read_arff
from tdcli.data.tables.files.from_csv import read_csv
from tdcli.data.tables.files.from_excel import read_excel
from tdcli.data.tables.files.from_parquet import read_parquet
from tdcli.data.tables.files.from_ts import read_ts
from tdcli.data.tables.files.number_texts import plainly
from tdcli.sources.tables.cell_advice import NO_ADVICE, CellAdvice
from tdcli.sources.tables.dialect import PLAIN, Dialect
from tdcli.sources.tables.formats import format_of, reading
from tdcli.sources.tables.header import TableError
from tdcli.text.diagnostic import Span, UserError

READERS = {"arff": read_arff, "csv": read_csv, "excel": read_excel, "parquet": read_parquet, "ts": read_ts}
"""What reads the cells of each format."""


class TooFewRowsError(UserError):
    """Too few rows are left to make a sample."""


@dataclass(frozen=True)
class Cells:
    """Rows of texts and numbers, null where a cell is missing; `file` and `line` say where each row stands.

    inserted: `(rows,)`, True for rows that no file has, each behind the line it has; None where there are none.
    advice: what to write where a cell cannot be used.
    """

    frame: pl.DataFrame
    files: tuple[Path, ...]
    file: Array
    line: Array
    inserted: Array | None = None
    advice: CellAdvice = NO_ADVICE

    def __len__(self) -> int:
        return self.frame.height

    def take(self, rows: Array) -> Cells:
        """Return some of the rows, or all in another order."""
        inserted = None if self.inserted is None else self.inserted[rows]
        return replace(self, frame=self.frame[rows], file=self.file[rows], line=self.line[rows], inserted=inserted)

    def advice_on_key(self, row: int) -> tuple[str, ...]:
        """Return what to write for a row's cell that is no time, or empty."""
        return self.advice.on_key(int(self.line[row]), self.files[int(self.file[row])])

    def with_gaps(self, rows: Array, keys: Collection[str]) -> Cells:
        """Return the rows at these places; a repeated one is followed by empty rows, which hold its `keys` alone."""
        inserted = np.concatenate([[False], np.diff(rows) == 0])
        places = pl.Series(rows)
        real = places.to_frame("row").select(pl.when(~pl.Series(inserted)).then("row")).to_series()
        columns = [each.gather(places if each.name in keys else real) for each in self.frame]
        return replace(self, frame=pl.DataFrame(columns), file=self.file[rows], line=self.line[rows], inserted=inserted)

    def without(self, columns: Collection[str]) -> Cells:
        """Return the rows without some columns, so that their memory can be used again."""
        return replace(self, frame=self.frame.drop(columns))

    def place(self, row: int, column: str) -> Place:
        """Say where a cell stands."""
        path, line = self.files[int(self.file[row])], int(self.line[row])
        where = f"{format_of(path).noun} {line}"
        if self.inserted is not None and self.inserted[row]:
            where = f"the row inserted after {where}"
        return Place(f"{where}, column `{column}` of `{path.name}`", Span(str(path), line))

    def names(self, rows: Array, lines_on: Array | int = 0) -> Array:
        """Return the line so many lines on from each row; with several files, `file:line`."""
        lines = self.line[rows] + lines_on
        if len(self.files) == 1:
            return np.asarray(lines)
        files = pl.Series([path.name for path in self.files])[self.file[rows]]
        return (files + ":" + pl.Series(lines).cast(pl.String)).to_numpy()


def read_cells(
    files: tuple[Path, ...],
    wanted: Wanted,
    na_values: tuple[str, ...],
    skip: int,
    dialect: Dialect = PLAIN,
) -> Cells:
    """Read some columns of all files, less the first `skip` rows of each. Raises UserError."""
    missing = list(dict.fromkeys(["", *(each.strip() for each in na_values), *plainly(na_values, dialect)]))
    tables = [_read(path, wanted, missing, dialect) for path in files]
    heights = [max(0, frame.height - skip) for frame, _ in tables]
    if not sum(heights):
        message = f"`{files[0]}` has no rows" + (f" after the first {skip}" if skip else "")
        raise TooFewRowsError.of("too-few-rows", message, "give a file with rows below its header line")
    if len(files) == 1:
        ((frame, lines),) = tables
        return Cells(frame[skip:] if skip else frame, files, np.broadcast_to(0, heights[0]), lines[skip:])
    return Cells(
        pl.concat([frame[skip:] for frame, _ in tables], how="vertical_relaxed"),
        files,
        np.repeat(np.arange(len(files), dtype=np.int32), heights),
        np.concatenate([lines[skip:] for _, lines in tables]),
    )


def _read(path: Path, wanted: Wanted, missing: list[str], dialect: Dialect) -> Read:
    try:
        with reading(path):
            return READERS[format_of(path).name](path, wanted, missing, dialect)
    except TableError as error:
        raise UserError.of(error.name, f"`{path}` {error}", error.help) from None
