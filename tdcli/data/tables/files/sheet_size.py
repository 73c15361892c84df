"""Check the size of an Excel sheet in memory before it is read. A single cell far from the others makes it huge."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO

from tdcli.machine import available_memory
from tdcli.sources.tables.header import TableError
from tdcli.text.quantities import format_bytes

BYTES_OF_CELL = 32
"""The memory that calamine needs for each cell of the rectangle, empty or not."""

MOST_TIMES, SMALLEST = 100, 2**20
"""How many times larger than the file, or than SMALLEST bytes, a sheet may be. Texts and numbers usually compress to a
tenth of their size."""

CHUNK = 2**20
LONGEST_NAME = 16
CELL = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
FIRST_SHEET = re.compile(rb'<sheet\b[^>]*?\br:id="([^"]+)"')
RELATION = re.compile(rb"<Relationship\b[^>]*>")
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def check_sheet_size(path: Path) -> None:
    """Raise TableError if the first sheet does not fit into memory, because its reader would end the process."""
    with zipfile.ZipFile(path) as archive:
        name = _first_sheet(archive)
        if name not in archive.namelist():
            return
        _refuse_unfolding(archive.getinfo(name).file_size, path.stat().st_size)
        with archive.open(name) as sheet:
            columns, rows, far = _furthest_cell(sheet)
    needed, available = columns * rows * BYTES_OF_CELL, available_memory()
    if needed > available:
        memory = f"needs {format_bytes(needed)} of memory, but only {format_bytes(available)} are available"
        raise TableError(f"has cells up to {far} and {memory}", "delete the cells far from the table", "out-of-memory")


def _refuse_unfolding(size: int, archived: int) -> None:
    if size > MOST_TIMES * max(archived, SMALLEST):
        message = f"has a sheet that expands from {format_bytes(archived)} to {format_bytes(size)}"
        raise TableError(message, "save the sheet as CSV or Parquet", "out-of-memory")


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the file name of the first sheet; an empty text if the archive does not contain it."""
    names = archive.namelist()
    if WORKBOOK not in names or RELATIONS not in names:
        return ""
    first = FIRST_SHEET.search(archive.read(WORKBOOK))
    relations = RELATION.findall(archive.read(RELATIONS))
    own = next((each for each in relations if first and b'Id="' + first[1] + b'"' in each), b"")
    target = re.search(rb'Target="/?(?:xl/)?([^"]+)"', own)
    return f"xl/{target[1].decode(errors='replace')}" if target else ""


def _furthest_cell(sheet: IO[bytes]) -> tuple[int, int, str]:
    """Return the numbers of columns and rows of a sheet up to its last cell, and the name of that cell."""
    columns, rows, rest = {b"A"}, {b"1"}, b""
    while chunk := sheet.read(CHUNK):
        text = rest + chunk
        for column, row in CELL.findall(text):
            columns.add(column)
            rows.add(row)
        rest = text[-LONGEST_NAME:]
    furthest, last = max(columns, key=_column_number), max(map(int, rows))
    return _column_number(furthest), last, f"{furthest.decode()}{last}"


def _column_number(letters: bytes) -> int:
    """Return the number of a column.

    >>> _column_number(b"A"), _column_number(b"AA"), _column_number(b"XFD")
    (1, 27, 16384)
    """
    place = 0
    for letter in letters:
        place = 26 * place + letter - ord("A") + 1
    return place
