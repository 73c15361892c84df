"""The columns of a table's file: the first line of a CSV file, read with the standard library, or a Parquet footer."""

import csv
from pathlib import Path


class TableError(ValueError):
    """Why a file is no table; `help` says what to do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


def is_parquet(path: Path) -> bool:
    """Say whether a table's file is read as Parquet: its ending decides."""
    return path.suffix.lower() in (".parquet", ".pq")


def read_header(path: Path) -> tuple[str, ...]:
    """Return the column names. Raises TableError where the file is no table with named columns."""
    return _parquet_header(path) if is_parquet(path) else _csv_header(path)


def _parquet_header(path: Path) -> tuple[str, ...]:
    import polars as pl

    try:
        return tuple(pl.read_parquet_schema(path))
    except pl.exceptions.PolarsError as error:
        raise TableError(f"is not a Parquet file: {str(error).splitlines()[0]}", "write it again") from None


def _csv_header(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = tuple(name.strip() for name in next(csv.reader(file), ()))
    except UnicodeDecodeError as error:
        raise TableError(f"is not UTF-8 text (byte {error.start})", "save it as CSV in UTF-8") from None
    except csv.Error as error:
        raise TableError(f"is not a CSV file: {error}", "save it as CSV with a header line") from None
    if not any(columns):
        raise TableError("has an empty header line", "name the columns in the first line, separated by commas")
    if len(columns) == 1 and ";" in columns[0]:
        raise TableError("separates its columns by semicolons", "save it with commas, and points in numbers")
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise TableError(f"has two columns named `{twice}`", "give every column its own name")
    return columns
