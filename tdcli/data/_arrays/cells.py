"""CSV files to columns of texts and numbers, each cell with its place: file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from tdcli.data._arrays.labels import Place
from tdcli.data._dataset import Array
from tdcli.text.diagnostic import Span, UserError

TAIL = 4096
"""Bytes at a file's end that are searched for blank lines."""

LARGEST = float(np.finfo(np.float32).max)
CHUNK = 2**24
"""Bytes that are read at once."""


@dataclass(frozen=True)
class Cells:
    """Rows of texts and numbers, null where a cell is missing; `file` and `line` say where each row stands."""

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

    def without(self, columns: Collection[str]) -> Cells:
        """Return the rows without some columns, so that their memory can be used again."""
        return replace(self, frame=self.frame.drop(columns))

    def place(self, row: int, column: str) -> Place:
        """Say where a cell stands."""
        path, line = self.files[int(self.file[row])], int(self.line[row])
        return Place(f"line {line}, column `{column}` of `{path.name}`", Span(str(path), line))

    def names(self, rows: Array, lines_on: Array | int = 0) -> Array:
        """Return the line so many lines on from each row; with several files, `file:line`."""
        lines = self.line[rows] + lines_on
        if len(self.files) == 1:
            return np.asarray(lines)
        files = pl.Series([path.name for path in self.files])[self.file[rows]]
        return (files + ":" + pl.Series(lines).cast(pl.String)).to_numpy()


@dataclass(frozen=True)
class Wanted:
    """The columns to read, by what they are read as; `group` tells groups apart, with the file if `by_file`."""

    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    group: str | None = None
    by_file: bool = False
    extra: tuple[str, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Return all columns, each once."""
        keys = (*self.order, *((self.group,) if self.group else ()), *self.extra)
        return tuple(dict.fromkeys((*keys, *self.numbers, *self.texts)))

    def types(self) -> dict[str, type[pl.DataType] | None]:
        """Return what each column is parsed as: numbers, or texts; None for keys that only order rows."""
        of_texts = {self.group, *self.extra, *self.texts}
        kinds: dict[str, type[pl.DataType] | None] = dict.fromkeys(self.order)
        kinds |= dict.fromkeys(self.numbers, pl.Float64)
        return {name: pl.String if name in of_texts else kinds.get(name) for name in self.columns()}


def read_cells(files: tuple[Path, ...], wanted: Wanted, na_values: tuple[str, ...], skip: int) -> Cells:
    """Read some columns of all files, less the first `skip` rows of each. Raises UserError."""
    tables = [_read(path, wanted, na_values) for path in files]
    heights = [max(0, frame.height - skip) for frame, _ in tables]
    if not sum(heights):
        message = f"`{files[0]}` has no rows" + (f" after the first {skip}" if skip else "")
        raise UserError.of("too-few-rows", message, "give a file with rows below its header line")
    if len(files) == 1:
        ((frame, lines),) = tables
        return Cells(frame[skip:] if skip else frame, files, np.broadcast_to(0, heights[0]), lines[skip:])
    return Cells(
        pl.concat([frame[skip:] for frame, _ in tables], how="vertical_relaxed"),
        files,
        np.repeat(np.arange(len(files), dtype=np.int32), heights),
        np.concatenate([lines[skip:] for _, lines in tables]),
    )


def _read(path: Path, wanted: Wanted, na_values: tuple[str, ...]) -> tuple[pl.DataFrame, Array]:
    """Read numbers as numbers, or, where that cannot be, all cells as texts, by which a fault can be named."""
    missing = ["", *(each.strip() for each in na_values)]
    with suppress(pl.exceptions.PolarsError, OSError):
        frame = _parsed(path, wanted, missing)
        if frame is not None:
            return frame, np.arange(2, frame.height + 2, dtype=np.int32)
    return _read_texts(path, wanted.columns(), missing)


def _parsed(path: Path, wanted: Wanted, missing: list[str]) -> pl.DataFrame | None:
    """Parse a file of which every row is a line, and every number one of float32; None for another.

    All its columns are read, for a line with too many cells to be noticed. Raises PolarsError where a number is none.
    """
    names = {name: name.strip() for name in pl.read_csv(path, n_rows=0).columns}
    types = wanted.types()
    known = {raw: types.get(name, pl.String) for raw, name in names.items()}
    overrides = {raw: dtype for raw, dtype in known.items() if dtype is not None}
    frame = pl.read_csv(path, schema_overrides=overrides, null_values=missing)
    if _newlines(path) not in (frame.height, frame.height + 1):
        return None
    frame = frame.head(frame.height - _blank_lines_at_end(path)).rename(names)
    frame = frame.select(_clean(name, missing) if dtype is pl.String else name for name, dtype in types.items())
    return frame if _is_finite(frame) else None


def _is_finite(frame: pl.DataFrame) -> bool:
    """Say whether all numbers can be written as float32."""
    within = frame.select(pl.col(pl.Float64).abs() <= LARGEST)
    return all(column.all() for column in within)


def _clean(column: str, missing: list[str]) -> pl.Expr:
    """Return a column of texts without blanks around them, null where they mean that nothing was measured."""
    text = pl.col(column).str.strip_chars()
    return pl.when(text.is_in(missing)).then(None).otherwise(text).name.keep()


def _newlines(path: Path) -> int:
    """Return how many lines end in a file: more than its rows where a quoted cell holds a line break."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b""))


def _read_texts(path: Path, columns: tuple[str, ...], missing: list[str]) -> tuple[pl.DataFrame, Array]:
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        _refuse_ragged(path, error)
    except OSError as error:
        raise UserError.of("unreadable-data", f"cannot read `{path}`: {error.strerror}") from None
    frame = frame.rename(str.strip)
    frame = frame.head(frame.height - _blank_lines_at_end(path))
    return frame.select(_clean(name, missing) for name in columns), _lines(frame)


def _lines(frame: pl.DataFrame) -> Array:
    """Return the line on which each row starts: quoted cells may hold line breaks."""
    lines = np.arange(2, frame.height + 2, dtype=np.int32)
    breaks = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
    if breaks.sum():
        lines[1:] += np.cumsum(breaks.fill_null(0).cast(pl.Int32).to_numpy(), dtype=np.int32)[:-1]
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
