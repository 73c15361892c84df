"""What a table's file is, told by its ending: the one place that knows the formats, and the reader of their columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import NamedTuple

from tdcli.data._dialect import Dialect, ending
from tdcli.data._table_arff import arff_columns
from tdcli.data._table_binary import excel_columns, parquet_columns
from tdcli.data._table_header import read_text_header
from tdcli.data._table_ts import ts_columns


class TableFormat(NamedTuple):
    """A format: its name, how its columns are read, what its rows are called by, and the extra that reads it."""

    name: str
    columns: Callable[[Path, Dialect], tuple[str, ...]]
    noun: str = "line"
    extra: str | None = None


def _csv_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    return read_text_header(path, dialect).names


CSV = TableFormat("csv", _csv_columns)
PARQUET = TableFormat("parquet", parquet_columns, noun="row")
FORMATS = {
    ".parquet": PARQUET,
    ".pq": PARQUET,
    ".xlsx": TableFormat("excel", excel_columns, noun="row", extra="excel"),
    ".arff": TableFormat("arff", arff_columns),
    ".ts": TableFormat("ts", ts_columns),
}
"""The formats by ending; any other ending is read as text."""


def format_of(path: PurePath) -> TableFormat:
    """Return what a table's file is read as."""
    return FORMATS.get(ending(path), CSV)


def read_header(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the column names. Raises TableError where the file is no table with named columns."""
    return format_of(path).columns(path, dialect)
