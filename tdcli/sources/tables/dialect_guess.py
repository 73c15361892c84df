"""Guess the dialect of a file from its first lines, with the standard library."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from tdcli.sources.tables.dialect import NO_HEADER, PLAIN, Dialect
from tdcli.sources.tables.text import BYTE_ORDER_MARKS, is_decodable, lacks_name, open_bytes

BYTES = 2**16
"""The part of a file that is read."""

BYTES_OF_TEXT = 2**24
"""The part that is read to guess an encoding: the first non-ASCII character may come late."""

LINES = 200
MOST_UNITS = 3
SEPARATORS = ("\t", ";", "|", ",")
COMMENTS = ("#", "%", "//")
SEPARATOR_LINE = re.compile(r'^\ufeff?"?sep=.?"?$', re.IGNORECASE)
"""A first line that gives the separator to Excel."""

SHARE = 0.9
"""Fraction of a column's cells that must be numbers for it to be a column of numbers."""

STANDS_FOR_NOTHING = re.compile(r"^(|na|n/a|nan|null|none|\?|-+|\.+|inf|-inf)$", re.IGNORECASE)
NUMBER_FORMS = (
    Dialect(),
    Dialect(thousands=","),
    Dialect(decimal=","),
    Dialect(decimal=",", thousands="."),
    Dialect(thousands=" "),
    Dialect(decimal=",", thousands=" "),
    Dialect(thousands="'"),
    Dialect(decimal=",", thousands="'"),
)
"""Number formats, the likeliest first. With semicolons or tabs between cells, the third is likelier than the second."""


class DialectGuess(NamedTuple):
    """The guessed dialect of a file. `skip`: the number of rows of units below its header."""

    dialect: Dialect
    skip: int

    def keys(self) -> dict[str, Any]:
        """Return the keys for the `data` section; empty for a file in the default dialect."""
        return self.dialect.keys() | ({"skip": self.skip} if self.skip else {})


def guess_dialect(path: Path) -> DialectGuess:
    """Guess the dialect of a text file. Raises OSError if it cannot be opened."""
    encoding = guess_encoding(path)
    with open_bytes(path) as file:
        text = _decode_sample(file.read(BYTES), encoding)
    numbered = list(enumerate(re.split(r"\r\n|\r|\n", text)[:LINES], start=1))
    if len(text) >= BYTES:
        numbered = numbered[:-1] or numbered
    comment = _guess_comment([line for _, line in numbered])
    numbered = [(number, line) for number, line in numbered if not (comment and line.startswith(comment))]
    marked = bool(numbered) and SEPARATOR_LINE.match(numbered[0][1]) is not None
    numbered = numbered[1:] if marked else numbered
    separator = guess_separator([line for _, line in numbered])
    plain = Dialect().separator_of(path)
    rows = _parse_rows(numbered, separator or plain)
    dialect = Dialect(None if separator in (None, plain) else separator, encoding=encoding, comment=comment)
    found = _complete_guess(dialect, rows, separator or plain)
    if marked and found.dialect.header == 1:
        return found._replace(dialect=replace(found.dialect, header=2))
    return found._replace(skip=1) if marked and found.dialect.header == NO_HEADER else found


def guess_header(rows: Iterable[Sequence[str]]) -> DialectGuess:
    """Guess which of the first rows of a sheet is its header, and how many rows of units are below it."""
    found = _complete_guess(PLAIN, [_Row(line, list(cells)) for line, cells in enumerate(rows, start=1)], ",")
    return DialectGuess(replace(PLAIN, header=found.dialect.header), found.skip)


def guess_encoding(path: Path) -> str | None:
    """Return the encoding of a file; None if it is UTF-8, or if a byte order mark gives it."""
    with open_bytes(path) as file:
        data = file.read(BYTES_OF_TEXT)
    if data.startswith(tuple(BYTE_ORDER_MARKS)):
        return None
    sample = data[:BYTES]
    if sample.count(0) * 3 > len(sample):
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return "cp1252" if is_decodable(data, "cp1252") else "latin-1"
    return None


def guess_separator(lines: Sequence[str]) -> str | None:
    """Return the separator that gives the most lines the same number of cells; None if there is none.

    >>> guess_separator(["day;rain", "1;0,5", "2;1,5"]), guess_separator(["rain", "1", "2"])
    (';', None)
    """
    shares = {mark: _regular_share(lines, mark) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: shares[mark])
    if shares[best] > 0.5:
        return best
    return " " if _regular_share(lines, " ") == 1 and all(map(_holds_numbers, lines[1:])) else None


def _holds_numbers(line: str) -> bool:
    return all(_is_number_cell(cell, PLAIN) for cell in line.split())


def _regular_share(lines: Sequence[str], separator: str) -> float:
    """Return the fraction of lines that have the most common number of cells; 0 if that number is one."""
    filled = [line for line in lines if line.strip()]
    widths = Counter(len(cells) for cells in csv.reader(filled, delimiter=separator))
    ((width, count),) = widths.most_common(1) or [(1, 0)]
    return count / len(filled) if width > 1 else 0.0


def _decode_sample(data: bytes, encoding: str | None) -> str:
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    return data.decode(marked or encoding or "utf-8", errors="ignore")


def _guess_comment(lines: Sequence[str]) -> str | None:
    """Return the prefix of comment lines, or None. A header line that starts with `#` is not a comment."""
    for prefix in COMMENTS:
        found = [line for line in lines if line.startswith(prefix)]
        rest = [line for line in lines if line.strip() and not line.startswith(prefix)]
        names = len(found) == 1 and found[0] == lines[0] and rest and _looks_named(found[0], rest)
        if found and len(rest) > len(found) // 2 and not names:
            return prefix
    return None


def _looks_named(line: str, rest: Sequence[str]) -> bool:
    """Return whether a line looks like a header: several cells, as many as in the row below, which has numbers."""
    separator = guess_separator(rest) or ","
    cells, below = (next(csv.reader([each], delimiter=separator)) for each in (line, rest[0]))
    return len(cells) == len(below) > 1 and any(_is_number_cell(cell, Dialect()) for cell in below)


class _Row(NamedTuple):
    line: int
    cells: list[str]


def _parse_rows(numbered: Iterable[tuple[int, str]], separator: str) -> list[_Row]:
    lines = list(numbered)
    reader = csv.reader((line + "\n" for _, line in lines), delimiter=separator)
    before, found = 0, []
    for cells in _read_valid(reader):
        found.append(_Row(lines[before][0], [cell.strip() for cell in cells]))
        before = reader.line_num
    return found


def _read_valid(reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:
        return


def _complete_guess(dialect: Dialect, rows: list[_Row], separator: str) -> DialectGuess:
    """Complete a dialect with what the rows show: number format, header and units."""
    widths = Counter(len(row.cells) for row in rows if any(row.cells))
    if not widths:
        return DialectGuess(dialect, 0)
    ((width, _),) = widths.most_common(1)
    table = [row for row in rows if len(row.cells) == width and any(row.cells)]
    while len(table) > 1 and width > 2 and sum(map(bool, table[0].cells)) == 1:
        table = table[1:]  # a title, in a line with as many separators as the others
    names = next((row for row in reversed(rows) if row.line < table[0].line and any(row.cells)), None)
    if names and lacks_name([names.cells, *(row.cells for row in table)]):
        table = [names._replace(cells=["", *names.cells]), *table]
    first, below = table[0], [row.cells for row in table[1:]]
    numbers = _number_form(below or [first.cells], separator)
    dialect = replace(dialect, decimal=numbers.decimal, thousands=numbers.thousands)
    if _is_data(first.cells, below, dialect):
        return DialectGuess(replace(dialect, header=NO_HEADER), 0)
    preamble = [row for row in rows if row.line < first.line]
    dialect = replace(dialect, header=first.line) if preamble else dialect
    return DialectGuess(dialect, _units(below, dialect))


def _number_form(rows: list[list[str]], separator: str) -> Dialect:
    """Return the number format that most cells have; of several, the likelier one."""
    cells = [cell for row in rows for cell in row if any(map(str.isdigit, cell))]
    forms = list(NUMBER_FORMS)
    if separator in ";\t":
        forms[1], forms[2] = forms[2], forms[1]
    counts = [sum(_is_number_cell(cell, form) and not _is_split_zero(cell, form) for cell in cells) for form in forms]
    return forms[counts.index(max(counts))]


def _is_number_cell(cell: str, dialect: Dialect) -> bool:
    return bool(re.match(dialect.number, cell))


def _is_split_zero(cell: str, dialect: Dialect) -> bool:
    """Return whether a number would start with a group of zeros alone, like `0,513` with thousands."""
    return bool(dialect.marks and re.match(rf"^[+-]?0+[{re.escape(dialect.marks)}]", cell))


def _cell_kind(cell: str, dialect: Dialect) -> str:
    """Return `number`, `date` for a cell of digits and punctuation, or `text`."""
    if _is_number_cell(cell, dialect):
        return "number"
    return "date" if re.match(r"^[0-9][0-9./: T+-]*Z?$", cell) else "text"


def _is_data(first: list[str], below: list[list[str]], dialect: Dialect) -> bool:
    """Return whether the first row is data: it has numbers and dates in the same columns as the other rows."""
    kinds = [_column_kind([row[place] for row in below], dialect) for place in range(len(first))]
    told = [(kind, _cell_kind(cell, dialect)) for kind, cell in zip(kinds, first, strict=True) if kind != "text"]
    return "number" in dict(told) and all(kind == own for kind, own in told) and not _is_count(first)


def _is_count(cells: list[str]) -> bool:
    """Return whether names are consecutive numbers: years, or numbers in all cells but one."""
    numbers = [int(cell) for cell in cells if re.match(r"^[0-9]{1,4}$", cell)]
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    return len(numbers) > 2 and steps == {1} and (numbers[0] > 999 or len(numbers) >= len(cells) - 1)


def _column_kind(cells: list[str], dialect: Dialect) -> str:
    kinds = Counter(_cell_kind(cell, dialect) for cell in cells if not STANDS_FOR_NOTHING.match(cell))
    ((kind, count),) = kinds.most_common(1) or [("text", 0)]
    return kind if count >= SHARE * sum(kinds.values()) and count else "text"


def _units(rows: list[list[str]], dialect: Dialect) -> int:
    """Return how many of the first rows have text in columns of numbers."""
    count, most = 0, min(MOST_UNITS, len(rows) - 1)
    while count < most and _is_units(rows[count], rows[MOST_UNITS:] or rows[count + 1 :], dialect):
        count += 1
    return count


def _is_units(row: list[str], below: list[list[str]], dialect: Dialect) -> bool:
    numeric = [place for place in range(len(row)) if _column_kind([each[place] for each in below], dialect) == "number"]
    kinds = {_cell_kind(row[place], dialect) for place in numeric if not STANDS_FOR_NOTHING.match(row[place])}
    return "text" in kinds and "number" not in kinds
