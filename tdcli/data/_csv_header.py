"""The first line of a CSV file, read with the standard library."""

import csv
from pathlib import Path


class CsvError(ValueError):
    """Why a file is no table; `help` says what to do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


def read_csv_header(path: Path) -> tuple[str, ...]:
    """Return the column names. Raises CsvError where the file is no table with a header line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = tuple(name.strip() for name in next(csv.reader(file), ()))
    except UnicodeDecodeError as error:
        raise CsvError(f"is not UTF-8 text (byte {error.start})", "save it as CSV in UTF-8") from None
    except csv.Error as error:
        raise CsvError(f"is not a CSV file: {error}", "save it as CSV with a header line") from None
    if not any(columns):
        raise CsvError("has an empty header line", "name the columns in the first line, separated by commas")
    if len(columns) == 1 and ";" in columns[0]:
        raise CsvError("separates its columns by semicolons", "save it with commas, and points in numbers")
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise CsvError(f"has two columns named `{twice}`", "give every column its own name")
    return columns
