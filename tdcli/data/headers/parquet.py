"""The columns of a Parquet file."""

from pathlib import Path

import polars as pl

from tdcli.sources.tables.dialect import Dialect


def read_header_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the columns that a file's footer names. Raises what Polars raises."""
    return tuple(pl.read_parquet_schema(path))
