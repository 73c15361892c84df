"""Open a table file as text, with the standard library: compressed or not, in any encoding, with any line endings."""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, TextIO, cast

from tdcli.sources.tables.dialect import Dialect, is_compressed

LONGEST_LINE = 2**23
"""Characters. A line of twenty thousand columns takes a fiftieth of it."""

YEARS = range(1700, 2200)

DAMAGED = (OSError, EOFError, zlib.error)
"""The errors of a file that cannot be opened, or that is not a complete gzip file."""

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file, through gzip if its ending says so."""
    return cast("IO[bytes]", gzip.open(path)) if is_compressed(path) else path.open("rb")


def detect_encoding(path: Path, dialect: Dialect) -> str:
    """Return the encoding of the byte order mark, else that of the dialect, else UTF-8."""
    with open_bytes(path) as file:
        start = file.read(3)
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if start.startswith(mark)), None)
    return marked or dialect.encoding or "utf-8"


def is_decodable(data: bytes, encoding: str) -> bool:
    """Return whether bytes are valid text in an encoding."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def open_text(path: Path, dialect: Dialect) -> TextIO:
    """Open a file as text, with its line endings unchanged."""
    return _LimitedText(open_bytes(path), encoding=detect_encoding(path, dialect), newline="")


class _LimitedText(TextIOWrapper):
    """A text file that raises csv.Error for a line of more than LONGEST_LINE characters."""

    def __next__(self) -> str:  # type: ignore[override] # as in TextIOWrapper
        line = self.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"it has a line of more than {LONGEST_LINE:,} characters")
        return line


class TextRow(NamedTuple):
    """The cells of a row, and the numbers of its first and last line, counted from 1."""

    first: int
    last: int
    cells: list[str]


def parse_rows(lines: Iterable[str], dialect: Dialect, separator: str, begin: int = 1) -> Iterator[TextRow]:
    """Yield the rows of a text without comments, starting at line `begin`. Raises csv.Error."""
    source = _Uncommented(islice(lines, begin - 1, None), dialect.comment, begin - 1)
    row: list[str] = []
    try:
        for cells in csv.reader(source, delimiter=separator):
            yield TextRow(source.first or source.number, source.number, cells)
            row, source.row, source.first = source.row, [], None
    except csv.Error:
        if len(source.row) > 1:
            raise csv.Error(unclosed_quote(source.number + 1 - len(source.row))) from None
        raise
    if len(row) > 1 and _is_open("".join(row), separator):
        raise csv.Error(unclosed_quote(source.number + 1 - len(row)))


def unclosed_quote(line: int) -> str:
    """Return the message for a quote that is not closed, so that the rest of the file becomes one cell."""
    return f"a quote that opens in the row on line {line} is not closed"


def _is_open(row: str, separator: str) -> bool:
    """Return whether a row ends inside quotes."""
    try:
        list(csv.reader([row], delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def lacks_name(rows: list[list[str]]) -> bool:
    """Return whether the first row names all columns but that of row numbers, as in tables written by R.

    Years do not count as row numbers: there, a decimal comma may have split a cell.
    """
    names, table = rows[0], [row for row in rows[1:] if row]
    if len(names) < 2 or any(len(row) != len(names) + 1 for row in table) or not any(row[-1] for row in table):
        return False
    first = table[0][0].strip()
    counted = [str(int(first) + place) for place in range(len(table))] if re.fullmatch(r"[0-9]{1,9}", first) else []
    return counted == [row[0].strip() for row in table] and int(first) not in YEARS


class _Uncommented:
    """An iterator over lines that skips comments.

    number: the number of the last line. first: the number of the first line of the current row. row: its lines so far.
    """

    def __init__(self, lines: Iterable[str], comment: str | None, number: int) -> None:
        self.lines, self.comment, self.number = iter(lines), comment, number
        self.first: int | None = None
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self.lines:
            self.number += 1
            if self.first is None and self.comment and line.startswith(self.comment):
                continue
            self.first = self.first or self.number
            self.row.append(line)
            return line
        raise StopIteration
