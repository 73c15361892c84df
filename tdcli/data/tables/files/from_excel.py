"""Read the first sheet of an Excel file into columns of texts, numbers and times."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest, requested_columns
from tdcli.data.tables.files.sheet_size import check_sheet_size
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.header import LOOKED_AT, TableError, distinct_names

logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it warns about each column without values

UNNAMED = "__UNNAMED__"
"""The prefix that fastexcel puts before the number of a column without a name."""


def read_excel(path: Path, request: ColumnRequest, missing: list[str], dialect: Dialect) -> Cells:
    """Read columns in the requested types. Rows are numbered as in the sheet. Raises TableError."""
    frame = read_sheet(path, dialect)
    first = 1 + (dialect.header if isinstance(dialect.header, int) else 0)
    lines = np.arange(first, frame.height + first, dtype=np.int32)
    return Cells.of_file(path, requested_columns(frame.lazy(), request, missing).collect(), lines, request)


def read_sheet(path: Path, dialect: Dialect, rows: int | None = None) -> pl.DataFrame:
    """Return the first rows of the first sheet, or all rows. Raises TableError if the sheet cannot be read."""
    check_sheet_size(path)
    options: dict[str, Any] = {"header_row": dialect.header - 1 if isinstance(dialect.header, int) else None}
    options |= {} if rows is None else {"n_rows": rows}
    try:
        frame = pl.read_excel(
            path, engine="calamine", read_options=options, drop_empty_rows=False, drop_empty_cols=False
        )
    except (ModuleNotFoundError, ImportError):
        help = 'run `pip install "tdcli[excel]"`'
        raise TableError("needs fastexcel, which is not installed", help, "missing-extra") from None
    frame = _without_empty_end(frame)
    return frame.rename(dict(zip(frame.columns, _sheet_names(frame, dialect), strict=True)))


def _without_empty_end(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a sheet without the last columns that have neither a name nor a value in the first rows."""
    top, width = frame.head(LOOKED_AT), frame.width
    while width and frame.columns[width - 1].startswith(UNNAMED) and top[:, width - 1].null_count() == len(top):
        width -= 1
    return frame[:, :width]


def _sheet_names(frame: pl.DataFrame, dialect: Dialect) -> list[str]:
    if isinstance(dialect.header, int):
        return list(distinct_names(["" if name.startswith(UNNAMED) else name.strip() for name in frame.columns]))
    if not isinstance(dialect.header, tuple):
        return [f"column_{place}" for place in range(1, frame.width + 1)]
    if len(dialect.header) != frame.width:
        message = f"has {frame.width} columns, but `header` names {len(dialect.header)}"
        raise TableError(message, "write `header: none`, or a name for each column")
    return list(dialect.header)
