"""A Parquet file to columns of texts and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data._arrays.wanted import Read, Wanted, as_wanted
from tdcli.data._dialect import Dialect
from tdcli.text.diagnostic import UserError


def read_parquet(path: Path, wanted: Wanted, missing: list[str], dialect: Dialect) -> Read:
    """Read columns in the types that they are wanted in; rows are counted from 1. Raises UserError."""
    try:
        frame = as_wanted(pl.scan_parquet(path), wanted, missing).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        message = f"`{path}` cannot be read: {str(error).splitlines()[0]}"
        raise UserError.of("unreadable-data", message, "write the file again") from None
    return Read(frame, np.arange(1, frame.height + 1, dtype=np.int32))
