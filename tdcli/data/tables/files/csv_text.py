"""A table's text in the form that Polars parses: UTF-8, lines that end with a line feed, rows alone."""

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
"""How many times a text is held while it is brought into form and parsed."""

QUOTE, LINE_FEED = ord('"'), ord("\n")


@dataclass(frozen=True)
class CsvText:
    """Rows of a text below a line that numbers their columns; lines: `(rows,)`, where each row starts in its file."""

    columns: list[str]
    head: bytes
    body: bytes
    lines: Array

    def file(self) -> BytesIO:
        """Return the text as a file."""
        return BytesIO(self.head + self.body)


class TextRows(NamedTuple):
    """The cells of a file's rows, None for those that a row lacks at its end; lines: where each row starts."""

    cells: list[list[str | None]]
    lines: Array


def normalize_text(path: Path, dialect: Dialect, header: TextHeader) -> CsvText:
    """Read a file and bring it into form; rows at its end that hold nothing are left out. Raises TableError."""
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
    """Read a file's rows one by one. Raises SpecError for the first that has more cells than the header."""
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
        raise SpecError.of("unreadable-data", f"`{path}` is not a CSV file: {error}", "save it again") from None
    while cells and not any(cells[-1]):
        del cells[-1], numbers[-1]
    return TextRows(cells, np.array(numbers, np.int32))


def _refuse_long(cells: int, line: int, path: Path, header: TextHeader, separator: str) -> None:
    if cells > header.width:
        message = f"line {line} of `{path}` has {cells} cells, the header {header.width}"
        help = f"put text that holds {MARK_NAMES.get(separator, f'`{separator}`')} into double quotes"
        raise SpecError.of("unreadable-data", message, help, span=Span(str(path), line))


def _as_utf8(path: Path, dialect: Dialect) -> bytes:
    """Return a file's text in UTF-8, its lines ended with line feeds."""
    encoding = detect_encoding(path, dialect).lower()
    data = _read_bytes(path)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise TableError(*undecodable(error, path, dialect)) from None
    data = text.removeprefix("\ufeff").encode()
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _read_bytes(path: Path) -> bytes:
    """Read a file, which may be compressed. Raises TableError where the memory is too small for it."""
    most = available_memory() // COPIES
    with open_bytes(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        message = f"has more than {format_bytes(most)} of text, and there is no memory for more"
        raise TableError(message, "part it into several files, or save it as Parquet", "out-of-memory")
    return data


class _LineStarts(NamedTuple):
    """Lines of a text: where each starts, its number in the file, and whether a row starts with it."""

    starts: Array
    numbers: Array
    rows: Array


def _below_header(data: bytes, dialect: Dialect, header: TextHeader) -> tuple[bytes, _LineStarts]:
    """Return the text below the header, without comments, and its lines.

    An empty line is a row without a value where there is one column, and none where there are several.
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
    """Return which lines begin with a prefix, `(lines,)`."""
    if not prefix:
        return np.zeros(len(starts), bool)
    padded = np.frombuffer(data + bytes(len(prefix)), np.uint8)
    begun = [padded[starts + place] == byte for place, byte in enumerate(prefix.encode())]
    return np.asarray(np.all(begun, axis=0))


def _quotes_before(data: bytes, starts: Array, marked: Array) -> Array:
    """Return how many quotes stand before each line, `(lines,)`; those of lines that are `marked` do not count."""
    quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE)
    if len(quotes) and marked.any():
        quotes = quotes[~marked[np.searchsorted(starts, quotes, side="right") - 1]]
    return np.asarray(np.searchsorted(quotes, starts))
