"""CSV files to columns of text, each cell with its place: file, line and column."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from tdcli.data._arrays.labels import Place
from tdcli.data._dataset import Array
from tdcli.text.diagnostic import Span, UserError

TAIL = 4096
"""Bytes at a file's end that are searched for blank lines."""


@dataclass(frozen=True)
class Cells:
    """Rows of text, null where a cell is missing; `file` and `line` say where each row stands."""

    frame: pl.DataFrame
    files: tuple[Path, ...]
    file: Array
    line: Array

    def __len__(self) -> int:
        return self.frame.height

    def take(self, rows: Array) -> Cells:
        """Return some of the rows, or all in another order."""
        if np.array_equal(rows, np.arange(len(self))):
            return self
        return Cells(self.frame[rows], self.files, self.file[rows], self.line[rows])

    def place(self, row: int, column: str) -> Place:
        """Say where a cell stands."""
        path, line = self.files[int(self.file[row])], int(self.line[row])
        return Place(f"line {line}, column `{column}` of `{path.name}`", Span(str(path), line))

    def names(self, rows: Array, lines_on: Array) -> Array:
        """Return the line so many lines on from each row; with several files, `file:line`."""
        lines = self.line[rows] + lines_on
        if len(self.files) == 1:
            return np.asarray(lines)
        files = pl.Series([path.name for path in self.files])[self.file[rows]]
        return (files + ":" + pl.Series(lines).cast(pl.String)).to_numpy()


def read_cells(files: tuple[Path, ...], columns: tuple[str, ...], na_values: tuple[str, ...], skip: int) -> Cells:
    """Read some columns of all files, less the first `skip` rows of each. Raises UserError."""
    tables = [_read(path, columns, na_values) for path in files]
    heights = [max(0, frame.height - skip) for frame, _ in tables]
    if not sum(heights):
        message = f"`{files[0]}` has no rows" + (f" after the first {skip}" if skip else "")
        raise UserError.of("too-few-rows", message, "give a file with rows below its header line")
    return Cells(
        pl.concat([frame[skip:] for frame, _ in tables]),
        files,
        np.repeat(np.arange(len(files)), heights),
        np.concatenate([lines[skip:] for _, lines in tables]),
    )


def _read(path: Path, columns: tuple[str, ...], na_values: tuple[str, ...]) -> tuple[pl.DataFrame, Array]:
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        _refuse_ragged(path, error)
    except OSError as error:
        raise UserError.of("unreadable-data", f"cannot read `{path}`: {error.strerror}") from None
    frame = frame.rename(str.strip)
    frame = frame.head(frame.height - _blank_lines_at_end(path))
    lines = _lines(frame)
    text = pl.col(columns).str.strip_chars()
    missing = ["", *(each.strip() for each in na_values)]
    return frame.select(pl.when(text.is_in(missing)).then(None).otherwise(text).name.keep()), lines


def _lines(frame: pl.DataFrame) -> Array:
    """Return the line on which each row starts: quoted cells may hold line breaks."""
    lines = np.arange(frame.height) + 2
    breaks = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
    if breaks.sum():
        lines[1:] += np.cumsum(breaks.fill_null(0).cast(pl.Int64).to_numpy())[:-1]
    return lines


def _blank_lines_at_end(path: Path) -> int:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        tail = file.read()
    return max(0, tail[len(tail.rstrip(b"\r\n")) :].count(b"\n") - 1)


def _refuse_ragged(path: Path, error: Exception) -> NoReturn:
    """Name the first line that has another number of cells than the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            width = len(next(reader))
            for row in reader:
                if len(row) > width:
                    message = f"line {reader.line_num} of `{path}` has {len(row)} cells, the header {width}"
                    help = "put text that holds a comma into double quotes"
                    raise UserError.of("unreadable-data", message, help, span=Span(str(path), reader.line_num))
    except UnicodeDecodeError as fault:
        message = f"`{path}` is not UTF-8 text (byte {fault.start})"
        raise UserError.of("unreadable-data", message, "save it as CSV in UTF-8") from None
    except (csv.Error, StopIteration) as fault:
        raise UserError.of("unreadable-data", f"`{path}` is not a CSV file: {fault}", "save it again") from None
    raise UserError.of("unreadable-data", f"`{path}` cannot be read: {str(error).splitlines()[0]}") from None
