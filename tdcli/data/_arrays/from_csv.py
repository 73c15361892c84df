"""A CSV file to columns of texts and numbers."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from tdcli.data._arrays.wanted import LARGEST, Read, Wanted, clean
from tdcli.data._dataset import Array
from tdcli.text.diagnostic import Span, UserError

TAIL = 4096
"""Bytes at a file's end that are searched for blank lines."""

CHUNK = 2**24
"""Bytes that are read at once."""


def read_csv(path: Path, wanted: Wanted, missing: list[str]) -> Read:
    """Read numbers as numbers, or, where that cannot be, all cells as texts, by which a fault can be named."""
    with suppress(pl.exceptions.PolarsError, OSError):
        frame = _parsed(path, wanted, missing)
        if frame is not None:
            return Read(frame, np.arange(2, frame.height + 2, dtype=np.int32))
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
    frame = frame.select(clean(name, missing) if dtype is pl.String else name for name, dtype in types.items())
    return frame if _is_finite(frame) else None


def _is_finite(frame: pl.DataFrame) -> bool:
    """Say whether all numbers can be written as float32."""
    within = frame.select(pl.col(pl.Float64).is_between(-LARGEST, LARGEST))  # makes no copy of the numbers
    return all(column.all() for column in within)


def _newlines(path: Path) -> int:
    """Return how many lines end in a file: more than its rows where a quoted cell holds a line break."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b""))


def _read_texts(path: Path, columns: tuple[str, ...], missing: list[str]) -> Read:
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        _refuse_ragged(path, error)
    except OSError as error:
        raise UserError.of("unreadable-data", f"cannot read `{path}`: {error.strerror}") from None
    frame = frame.rename(str.strip)
    frame = frame.head(frame.height - _blank_lines_at_end(path))
    return Read(frame.select(clean(name, missing) for name in columns), _lines(frame))


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
