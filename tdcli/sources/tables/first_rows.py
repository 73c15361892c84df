"""Read the numbers in the first rows of a text table, with the standard library."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.formats import CSV, table_format
from tdcli.sources.tables.header import TableError, read_text_header
from tdcli.sources.tables.text import DAMAGED, TextRow, open_text, parse_rows

LOOKED_AT = 100
"""Rows."""

Numbers = tuple[float, ...]


def first_row_numbers(path: Path, dialect: Dialect, columns: Sequence[str], skip: int = 0) -> tuple[Numbers, ...]:
    """Return the numbers of some columns in the first rows; empty if the file is not a text table.

    Rows with other cells in these columns are skipped. skip: the number of rows below the header to skip.
    """
    if table_format(path) != CSV:
        return ()
    try:
        return tuple(_numbers_of_rows(path, dialect, columns, skip))
    except (TableError, UnicodeError, csv.Error, ValueError, *DAMAGED):
        return ()


def _numbers_of_rows(path: Path, dialect: Dialect, columns: Sequence[str], skip: int) -> Iterator[Numbers]:
    header = read_text_header(path, dialect)
    places = [header.names.index(column) for column in columns]
    for row in _first_rows(path, dialect, header.last + 1 if header.last else header.first, skip):
        cells = [row.cells[place].strip() for place in places if place < len(row.cells)]
        if len(cells) == len(places) and all(re.match(dialect.number, cell) for cell in cells):
            yield tuple(_parse_number(cell, dialect) for cell in cells)


def _first_rows(path: Path, dialect: Dialect, begin: int, skip: int) -> Iterator[TextRow]:
    with open_text(path, dialect) as file:
        yield from islice(parse_rows(file, dialect, dialect.separator_of(path), begin), skip, skip + LOOKED_AT)


def _parse_number(cell: str, dialect: Dialect) -> float:
    """Return the value of a cell that is a number.

    >>> _parse_number("1.234,5", Dialect(decimal=",", thousands="."))
    1234.5
    """
    for mark in dialect.marks:
        cell = cell.replace(mark, "")
    return float(cell.replace(dialect.decimal, "."))
