"""Read the column names of a text table, with the standard library."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path, PurePath

from tdcli.sources.tables.dialect import NO_HEADER, Dialect, dialect_line
from tdcli.sources.tables.dialect_guess import guess_encoding, guess_separator
from tdcli.sources.tables.text import TextRow, lacks_name, open_text, parse_rows
from tdcli.text.damage import ReadingError
from tdcli.text.yaml_writer import to_inline_yaml

MOST_LISTED = 100
"""The most names that a help lists."""

LOOKED_AT = 100
"""Rows below the header that are searched for cells in columns without a name."""

MARK_WORDS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "bars", " ": "spaces"}


MARK_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", " ": "a space"}


class TableError(ReadingError):
    """A file is not a table. `help` says what to do."""


@dataclass(frozen=True)
class TextHeader:
    """The columns of a text table.

    width: the number of cells in a line; cells beyond the names are empty.
    first, last: the lines of the header, counted from 1; `last` is 0 if there is no header.
    lacks_name: whether the header has no name for the first column, that of row numbers.
    """

    names: tuple[str, ...]
    width: int
    first: int
    last: int
    lacks_name: bool = False


def read_text_header(path: Path, dialect: Dialect) -> TextHeader:
    """Return a file's columns. Raises TableError if it is not a table, OSError if it cannot be opened."""
    try:
        with open_text(path, dialect) as file:
            return header_of(file, dialect, path)
    except UnicodeError as error:
        raise TableError(*undecodable(error, path, dialect)) from None
    except csv.Error as error:
        raise TableError(f"is not a CSV file: {error}", "save it as CSV with a header line") from None


def header_of(lines: Iterable[str], dialect: Dialect, path: PurePath) -> TextHeader:
    """Return the columns of the lines of a text table. Raises TableError, UnicodeError and csv.Error."""
    separator = dialect.separator_of(path)
    begin = dialect.header if isinstance(dialect.header, int) else 1
    rows = parse_rows(lines, dialect, separator, begin)
    first = next(rows, TextRow(begin, begin, []))
    first.cells[:1] = [cell.removeprefix("\ufeff") for cell in first.cells[:1]]
    if not any(cell.strip() for cell in first.cells):
        line = "first line" if begin == 1 else f"line {begin}"
        help = f"name the columns in the {line}, separated by {MARK_WORDS.get(separator, f'`{separator}`')}"
        raise TableError("has an empty header line", help)
    if any("\0" in cell for cell in first.cells):
        raise UnicodeError("a text of another width")
    below = list(islice(rows, LOOKED_AT))
    if len(first.cells) == 1:
        _refuse_other_separator(first.cells[0], below, separator)
    if isinstance(dialect.header, int):
        cells = [name.strip() for name in first.cells]
        short = lacks_name([row.cells for row in (first, *below)])
        cells = ["", *cells] if short else cells
        return TextHeader(_column_names(cells, below), len(cells), first.first, first.last, short)
    return _without_line(dialect.header, first)


def _column_names(cells: list[str], rows: Iterable[TextRow]) -> tuple[str, ...]:
    """Return the names without empty ones at the end of the header, because lines may end with separators.

    If several other columns have no name, each is named by its position, such as `column_2`.
    """
    named = len(cells)
    while not cells[named - 1]:
        named -= 1
    if named < len(cells) and any(cell.strip() for row in rows for cell in row.cells[named:]):
        named = len(cells)
    return distinct_names(cells[:named])


def distinct_names(cells: list[str]) -> tuple[str, ...]:
    """Return the names. Several empty ones are replaced by their positions. Raises TableError for equal names."""
    nameless = cells.count("")
    names = [name or (f"column_{place}" if nameless > 1 else "") for place, name in enumerate(cells, start=1)]
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise TableError(f"has two columns named `{name}`", _help_to_name(names))
    return tuple(names)


def _help_to_name(names: list[str]) -> str:
    if len(names) > MOST_LISTED:
        return "give every column its own name"
    own = list(dict.fromkeys(_distinct_numbered(names)))
    return f"give every column its own name, or write `header: {to_inline_yaml(own)}` and `skip: 1`"


def _distinct_numbered(names: list[str]) -> Iterator[str]:
    """Yield the names, with a number added to each repeated one."""
    taken: set[str] = set()
    for name in names:
        others = (f"{name}_{count}" for count in range(2, len(names) + 2))
        own = next(each for each in chain((name,), others) if each not in taken)
        taken.add(own)
        yield own


def _without_line(header: str | int | tuple[str, ...], first: TextRow) -> TextHeader:
    """Return the columns of a file without a header: the listed names, else names by position."""
    width = len(first.cells)
    if header == NO_HEADER or not isinstance(header, tuple):
        return TextHeader(tuple(f"column_{place}" for place in range(1, width + 1)), width, 1, 0)
    beyond = first.cells[len(header) :]
    if len(header) > width or any(cell.strip() for cell in beyond):
        message = f"has {width} cells in its first line, but `header` lists {len(header)} names"
        raise TableError(message, "write `header: none`, or a name for each cell")
    return TextHeader(header, width, 1, 0)


def _refuse_other_separator(name: str, rows: Iterable[TextRow], separator: str) -> None:
    """Raise TableError for a file of one column whose lines seem to have another separator."""
    lines = [name, *(separator.join(row.cells) for row in rows)]
    found = guess_separator(lines)
    if found and found != separator:
        message = f"separates its columns with {MARK_WORDS[found]}"
        raise TableError(message, f"write `{dialect_line('separator', found)}`")


def undecodable(error: UnicodeError, path: Path, dialect: Dialect) -> tuple[str, str]:
    """Return the message and the help for a file that is not in the expected encoding."""
    where = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
    named = dialect.encoding or "UTF-8"
    guessed = guess_encoding(path)
    if guessed and guessed != dialect.encoding:
        return f"is not {named} text{where}", f"write `{dialect_line('encoding', guessed)}`, or save it in UTF-8"
    return f"is not {named} text{where}", "save it as CSV in UTF-8"
