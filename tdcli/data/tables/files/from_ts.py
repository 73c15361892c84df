"""A `.ts` file to a long table of texts and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.tables.files.column_request import Read, Wanted, as_wanted
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.ts_header import read_cases, ts_columns


def read_ts(path: Path, wanted: Wanted, missing: list[str], dialect: Dialect) -> Read:
    """Read columns in the types that they are wanted in, a row a timestep; sequences and steps count from 0.

    Raises TableError.
    """
    rows, lines = [], []
    for place, case in enumerate(read_cases(path, dialect)):
        label = () if case.label is None else (case.label,)
        steps = [(str(place), str(step), *cells, *label) for step, cells in enumerate(case.steps())]
        rows += steps
        lines += [case.line] * len(steps)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(ts_columns(path, dialect), pl.String), orient="row")
    return Read(as_wanted(frame.lazy(), wanted, missing).collect(), np.array(lines, np.int32))
