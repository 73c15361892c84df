"""The columns of an Excel file."""

from pathlib import Path

from tdcli.data.tables.files.from_excel import read_sheet
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.header import LOOKED_AT


def read_header_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the columns of the first sheet. Raises TableError."""
    return tuple(read_sheet(path, dialect, rows=LOOKED_AT).columns)
