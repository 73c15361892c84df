"""The columns of a Parquet file."""

from pathlib import Path

import polars as pl

from tdcli.sources.tables.dialect import Dialect


def read_header_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the columns in a file's footer. Raises the exceptions of Polars."""
    return tuple(pl.read_parquet_schema(path))
