"""The formats of table files, by their endings, and the reader of the column names of each."""

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
    """A format of table files.

    columns: reads the column names. noun: `line` or `row`, which messages count. extra: the optional dependency that
    it needs.
    """

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
"""The formats by ending. A file with any other ending is read as text."""

OF_RUST = (PARQUET, FORMATS[".xlsx"])
"""The formats whose readers write to standard error before they raise an error."""


def table_format(path: PurePath) -> TableFormat:
    """Return the format of a table file."""
    return FORMATS.get(file_ending(path), CSV)


def read_header(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the column names. Raises TableError if the file is not a table with named columns."""
    with raising_table_errors(path):
        return table_format(path).columns(path, dialect)


@contextmanager
def raising_table_errors(path: Path) -> Iterator[None]:
    """Turn the errors that a damaged table file causes into TableError."""
    title = table_format(path).title
    silence = hold_back_stderr() if table_format(path) in OF_RUST else nullcontext()
    damage = translate_errors(lambda reason: TableError(f"cannot be read as {title}: {reason}", "save the file again"))
    with damage, silence:
        try:
            yield
        except BadGzipFile:
            raise TableError("is not a gzip file", "remove `.gz` from its name, or compress it") from None
