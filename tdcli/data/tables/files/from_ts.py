"""Read a `.ts` file into a long table of texts and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest, requested_columns
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.ts_header import read_cases, ts_columns


def read_ts(path: Path, request: ColumnRequest, missing: list[str], dialect: Dialect) -> Cells:
    """Read columns in the requested types. Each timestep is a row. Raises TableError.

    Sequences and timesteps are numbered from 0.
    """
    rows, lines = [], []
    for place, case in enumerate(read_cases(path, dialect)):
        label = () if case.label is None else (case.label,)
        steps = [(str(place), str(step), *cells, *label) for step, cells in enumerate(case.steps())]
        rows += steps
        lines += [case.line] * len(steps)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(ts_columns(path, dialect), pl.String), orient="row")
    return Cells.of_file(
        path, requested_columns(frame.lazy(), request, missing).collect(), np.array(lines, np.int32), request
    )
