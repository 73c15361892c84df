"""The first sheet of an Excel file to columns of texts, numbers and times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tdcli.data._arrays.wanted import Read, Wanted, as_wanted
from tdcli.data._dialect import Dialect
from tdcli.data._table_header import TableError


def read_excel(path: Path, wanted: Wanted, missing: list[str], dialect: Dialect) -> Read:
    """Read columns in the types that they are wanted in; rows are counted as in the sheet. Raises TableError."""
    frame = read_sheet(path, dialect)
    first = 1 + (dialect.header if isinstance(dialect.header, int) else 0)
    lines = np.arange(first, frame.height + first, dtype=np.int32)
    return Read(as_wanted(frame.lazy(), wanted, missing).collect(), lines)


def read_sheet(path: Path, dialect: Dialect, rows: int | None = None) -> pl.DataFrame:
    """Return the first rows of the first sheet, or all. Raises TableError where that cannot be read."""
    options: dict[str, Any] = {"header_row": dialect.header - 1 if isinstance(dialect.header, int) else None}
    options |= {} if rows is None else {"n_rows": rows}
    try:
        frame = pl.read_excel(path, engine="calamine", read_options=options, drop_empty_rows=False)
    except (ModuleNotFoundError, ImportError):
        help = 'run `pip install "tdcli[excel]"`'
        raise TableError("needs fastexcel, which is not installed", help, "missing-extra") from None
    except Exception as error:
        raise TableError(f"is not an Excel file: {str(error).splitlines()[0]}", "save it as `.xlsx` again") from None
    return frame.rename(dict(zip(frame.columns, _names(frame, dialect), strict=True)))


def _names(frame: pl.DataFrame, dialect: Dialect) -> list[str]:
    if isinstance(dialect.header, int):
        return [name.strip() for name in frame.columns]
    if isinstance(dialect.header, tuple) and len(dialect.header) == frame.width:
        return list(dialect.header)
    return [f"column_{place}" for place in range(1, frame.width + 1)]
