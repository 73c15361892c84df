"""Read all columns of a table file in its guessed dialect."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.files.from_excel import read_sheet
from tdcli.data.tables.files.reading import read_cells
from tdcli.guess.core.columns import RawColumn, raw_columns
from tdcli.sources.core.paths import diagnose_unreadable
from tdcli.sources.core.section import DataDiagnostic, raise_if_any
from tdcli.sources.tables.dialect import NO_HEADER, Dialect, file_ending
from tdcli.sources.tables.dialect_guess import LINES, DialectGuess, guess_dialect, guess_header
from tdcli.sources.tables.formats import CSV, PARQUET, raising_table_errors, table_format
from tdcli.sources.tables.header import TableError
from tdcli.sources.tables.header_columns import table_columns

SHEET = ".xlsx"


@dataclass(frozen=True)
class TableFile:
    """The columns of a file. `written` is its path as the spec writes it.

    cells: the columns in the types of key columns, from which times are read.
    """

    path: Path
    written: str
    columns: tuple[RawColumn, ...]
    na_values: tuple[str | float, ...]
    dialect: DialectGuess
    cells: Cells

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0].texts)

    @property
    def source(self) -> str:
        """The name of the file's source in a spec."""
        return "parquet" if table_format(self.path) is PARQUET else "csv"

    @property
    def title(self) -> str:
        """The first line of the guessed spec."""
        return f"Guessed from {self.path.name}: {self.rows:,} rows, {len(self.columns)} columns."

    def keys(self) -> dict[str, Any]:
        """Return the keys of the spec for the dialect of the file's text."""
        return self.dialect.dialect.keys()


def read_table_file(path: Path, written: str, codes: frozenset[float]) -> TableFile:
    """Read all columns of a file. `codes` are numbers that mean missing values. Raises SpecError."""
    guess = _dialect(path)
    names = table_columns(path, (), guess.dialect)
    if isinstance(names, DataDiagnostic):
        raise_if_any((names,))
        names = ()
    frame = read_cells((path,), ColumnRequest(texts=names), (), guess.skip, guess.dialect).frame
    columns, na_values = raw_columns(frame, guess.dialect, codes)
    keys = ColumnRequest(order=names)
    texts = tuple(str(each) for each in na_values)
    cells = read_cells((path,), keys, texts, guess.skip, guess.dialect)
    return TableFile(path, written, columns, na_values, guess, cells)


def _of_sheet(path: Path) -> DialectGuess:
    try:
        with raising_table_errors(path):
            frame = read_sheet(path, Dialect(header=NO_HEADER), LINES)
    except TableError:  # `table_columns` reports the problem
        return DialectGuess(Dialect(), 0)
    return guess_header(frame.select(pl.all().cast(pl.String).fill_null("").str.strip_chars()).rows())


def _dialect(path: Path) -> DialectGuess:
    diagnostic = diagnose_unreadable(path, ())
    raise_if_any((diagnostic,) if diagnostic else ())
    if file_ending(path) == SHEET:
        return _of_sheet(path)
    if table_format(path) is not CSV:
        return DialectGuess(Dialect(), 0)
    try:
        with raising_table_errors(path):
            return guess_dialect(path)
    except TableError:  # `table_columns` reports the problem
        return DialectGuess(Dialect(), 0)
