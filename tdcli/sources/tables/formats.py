"""What a table's file is, told by its ending: the one place that knows the formats, and the reader of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from gzip import BadGzipFile
from pathlib import Path, PurePath
from typing import NamedTuple

from tdcli.sources.core.headers import header_reader
from tdcli.sources.tables.arff_header import arff_columns
from tdcli.sources.tables.dialect import Dialect, file_ending
from tdcli.sources.tables.header import TableError, read_text_header
from tdcli.sources.tables.ts_header import ts_columns
from tdcli.stderr import hold_back_stderr
from tdcli.text.damage import translate_errors


class TableFormat(NamedTuple):
    """A format: its name and title, how its columns are read, what its rows are called by, the extra that reads it."""

    name: str
    title: str
    columns: Callable[[Path, Dialect], tuple[str, ...]]
    noun: str = "line"
    extra: str | None = None


def _csv_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    return read_text_header(path, dialect).names


def _parquet_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    columns: tuple[str, ...] = header_reader("parquet").read_header_columns(path, dialect)
    return columns


def _excel_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    columns: tuple[str, ...] = header_reader("excel").read_header_columns(path, dialect)
    return columns


CSV = TableFormat("csv", "a CSV file", _csv_columns)
PARQUET = TableFormat("parquet", "a Parquet file", _parquet_columns, noun="row")
FORMATS = {
    ".parquet": PARQUET,
    ".pq": PARQUET,
    ".xlsx": TableFormat("excel", "an Excel file", _excel_columns, noun="row", extra="excel"),
    ".arff": TableFormat("arff", "an ARFF file", arff_columns),
    ".ts": TableFormat("ts", "a `.ts` file", ts_columns),
}
"""The formats by ending; any other ending is read as text."""

OF_RUST = (PARQUET, FORMATS[".xlsx"])
"""Those whose readers write to standard error before they raise what they ran into."""


def table_format(path: PurePath) -> TableFormat:
    """Return what a table's file is read as."""
    return FORMATS.get(file_ending(path), CSV)


def read_header(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the column names. Raises TableError where the file is no table with named columns."""
    with raising_table_errors(path):
        return table_format(path).columns(path, dialect)


@contextmanager
def raising_table_errors(path: Path) -> Iterator[None]:
    """Turn whatever is raised of a table's file that is damaged into TableError."""
    title = table_format(path).title
    silence = hold_back_stderr() if table_format(path) in OF_RUST else nullcontext()
    damage = translate_errors(
        lambda reason: TableError(f"is not {title} that can be read: {reason}", "save the file again")
    )
    with damage, silence:
        try:
            yield
        except BadGzipFile:
            raise TableError("is not a gzip file", "take `.gz` off its name, or compress it") from None
