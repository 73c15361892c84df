"""Read a Parquet file into columns of texts and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest, requested_columns
from tdcli.machine import refuse_beyond_memory
from tdcli.sources.tables.dialect import Dialect

BYTES_OF_CELL = 8


def read_parquet(path: Path, request: ColumnRequest, missing: list[str], dialect: Dialect) -> Cells:
    """Read columns in the requested types. Rows are numbered from 1.

    Raises SpecError if they do not fit into memory, since the footer of a file may declare any number of rows.
    """
    table = pl.scan_parquet(path, glob=False)
    rows = int(table.select(pl.len()).collect().item())
    refuse_beyond_memory(rows * len(request.columns()) * BYTES_OF_CELL, f"`{path}` with its {rows:,} rows")
    frame = requested_columns(table, request, missing).collect()
    return Cells.of_file(path, frame, np.arange(1, frame.height + 1, dtype=np.int32), request)
