"""Normalize the text of a table for Polars: UTF-8, line feeds, and nothing but rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tdcli.data.dataset import Array
from tdcli.machine import available_memory
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.header import MARK_NAMES, TableError, TextHeader, undecodable
from tdcli.sources.tables.text import detect_encoding, open_bytes, open_text, parse_rows
from tdcli.text.diagnostic import Span
from tdcli.text.errors import SpecError
from tdcli.text.quantities import format_bytes

COPIES = 4
"""The number of copies of a text in memory while it is normalized and parsed."""

QUOTE, LINE_FEED = ord('"'), ord("\n")


@dataclass(frozen=True)
class CsvText:
    """The rows of a text, below a header of numbered columns.

    lines: `(rows,)`, the line of the file where each row starts
    """

    columns: list[str]
    head: bytes
    body: bytes
    lines: Array

    def file(self) -> BytesIO:
        """Return the text as a file."""
        return BytesIO(self.head + self.body)


class TextRows(NamedTuple):
    """The cells of a file's rows. Cells that are missing at the end of a row are None.

    lines: `(rows,)`, the line of the file where each row starts
    """

    cells: list[list[str | None]]
    lines: Array


def normalize_text(path: Path, dialect: Dialect, header: TextHeader) -> CsvText:
    """Read a file and normalize its text. Empty rows at the end are removed. Raises TableError."""
    separator = dialect.separator_of(path)
    body, lines = _below_header(_as_utf8(path, dialect), dialect, header)
    starts = lines.starts[lines.rows]
    filled = len(body.rstrip(b"\n " + separator.encode()))
    count = int(np.searchsorted(starts, filled))
    end = int(starts[count]) if count < len(starts) else len(body)
    columns = [f"c{place}" for place in range(header.width)]
    numbers = lines.numbers[lines.rows][:count].astype(np.int32)
    return CsvText(columns, separator.join(columns).encode() + b"\n", body[:end], numbers)


def read_rows(path: Path, dialect: Dialect, header: TextHeader) -> TextRows:
    """Read a file's rows one by one. Raises SpecError at the first row with more cells than the header."""
    cells: list[list[str | None]] = []
    numbers: list[int] = []
    try:
        with open_text(path, dialect) as file:
            rows = parse_rows(file, dialect, dialect.separator_of(path), header.last + 1)
            for row in (each for each in rows if each.cells or header.width == 1):
                _refuse_long(len(row.cells), row.last, path, header, dialect.separator_of(path))
                cells.append([*row.cells, *[None] * (header.width - len(row.cells))])
                numbers.append(row.first)
    except UnicodeError as error:
        raise TableError(*undecodable(error, path, dialect)) from None
    except csv.Error as error:
        message = f"`{path}` is not a valid CSV file: {error}"
        raise SpecError.of("unreadable-data", message, "save the file again") from None
    while cells and not any(cells[-1]):
        del cells[-1], numbers[-1]
    return TextRows(cells, np.array(numbers, np.int32))


def _refuse_long(cells: int, line: int, path: Path, header: TextHeader, separator: str) -> None:
    if cells > header.width:
        message = f"line {line} of `{path}` has {cells} cells, but the header has {header.width}"
        help = f"put texts that contain {MARK_NAMES.get(separator, f'`{separator}`')} into double quotes"
        raise SpecError.of("unreadable-data", message, help, span=Span(str(path), line))


def _as_utf8(path: Path, dialect: Dialect) -> bytes:
    """Return a file's text in UTF-8, with a line feed at the end of each line."""
    encoding = detect_encoding(path, dialect).lower()
    data = _read_bytes(path)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise TableError(*undecodable(error, path, dialect)) from None
    data = text.removeprefix("\ufeff").encode()
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _read_bytes(path: Path) -> bytes:
    """Read a file, which may be compressed. Raises TableError if it does not fit into memory."""
    most = available_memory() // COPIES
    with open_bytes(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        message = f"has more than {format_bytes(most)} of text, which do not fit into memory"
        raise TableError(message, "split it into several files, or save it as Parquet", "out-of-memory")
    return data


class _LineStarts(NamedTuple):
    """The lines of a text: where each starts, its number in the file, and whether it is the start of a row."""

    starts: Array
    numbers: Array
    rows: Array


def _below_header(data: bytes, dialect: Dialect, header: TextHeader) -> tuple[bytes, _LineStarts]:
    """Return the text below the header, without comments, and its lines.

    In a table of one column, an empty line is a row with a missing value. In other tables, empty lines are skipped.
    """
    last = header.last
    starts = np.concatenate([[0], np.flatnonzero(np.frombuffer(data, np.uint8) == LINE_FEED) + 1])
    begin = int(starts[last]) if last < len(starts) else len(data)
    data, starts = data[begin:], starts[last:][starts[last:] < len(data)] - begin
    numbers = np.arange(last + 1, last + 1 + len(starts))
    marked = _begin_with(data, starts, dialect.comment)
    rows = _quotes_before(data, starts, marked) % 2 == 0
    sizes = np.diff(starts, append=len(data))
    gone = rows & (marked | ((np.frombuffer(data, np.uint8)[starts] == LINE_FEED) & (header.width > 1)))
    if not gone.any():
        return data, _LineStarts(starts, numbers, rows)
    kept = np.frombuffer(data, np.uint8)[np.repeat(~gone, sizes)].tobytes()
    sizes = sizes[~gone]
    return kept, _LineStarts(np.cumsum(sizes) - sizes, numbers[~gone], rows[~gone])


def _begin_with(data: bytes, starts: Array, prefix: str | None) -> Array:
    """Return `(lines,)`, whether each line begins with the prefix."""
    if not prefix:
        return np.zeros(len(starts), bool)
    padded = np.frombuffer(data + bytes(len(prefix)), np.uint8)
    begun = [padded[starts + place] == byte for place, byte in enumerate(prefix.encode())]
    return np.asarray(np.all(begun, axis=0))


def _quotes_before(data: bytes, starts: Array, marked: Array) -> Array:
    """Return `(lines,)`, the number of quotes before each line. Quotes in `marked` lines do not count."""
    quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE)
    if len(quotes) and marked.any():
        quotes = quotes[~marked[np.searchsorted(starts, quotes, side="right") - 1]]
    return np.asarray(np.searchsorted(quotes, starts))
