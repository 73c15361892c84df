"""A Parquet file to columns of texts and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.tables.files.column_request import Read, Wanted, as_wanted
from tdcli.machine import refuse_beyond_memory
from tdcli.sources.tables.dialect import Dialect

BYTES_OF_CELL = 8


def read_parquet(path: Path, wanted: Wanted, missing: list[str], dialect: Dialect) -> Read:
    """Read columns in the types that they are wanted in; rows are counted from 1.

    Raises UserError where they need more memory than there is: a footer may declare any number of rows.
    """
    table = pl.scan_parquet(path, glob=False)
    rows = int(table.select(pl.len()).collect().item())
    refuse_beyond_memory(rows * len(wanted.columns()) * BYTES_OF_CELL, f"`{path}` with its {rows:,} rows")
    frame = as_wanted(table, wanted, missing).collect()
    return Read(frame, np.arange(1, frame.height + 1, dtype=np.int32))
