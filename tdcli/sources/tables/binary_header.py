"""The columns of a Parquet or an Excel file."""

from __future__ import annotations

from pathlib import Path

from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.header import LOOKED_AT


def parquet_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the columns as a Parquet file's footer names them; raises what Polars does."""
    import polars as pl

    return tuple(pl.read_parquet_schema(path))


def excel_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the columns of an Excel file's first sheet. Raises TableError."""
    from tdcli.data.tables.files.from_excel import read_sheet

    return tuple(read_sheet(path, dialect, rows=LOOKED_AT).columns)
