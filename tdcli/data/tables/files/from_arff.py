"""Read an ARFF file into columns of texts and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest, requested_columns
from tdcli.sources.tables.arff_header import read_attributes, read_instances
from tdcli.sources.tables.dialect import Dialect


def read_arff(path: Path, request: ColumnRequest, missing: list[str], dialect: Dialect) -> Cells:
    """Read columns in the requested types. Each instance is a row. Raises TableError."""
    attributes = read_attributes(path, dialect)
    instances = list(read_instances(path, dialect))
    columns = zip(*(each.cells for each in instances), strict=True) if instances else [[]] * len(attributes)
    frame = pl.DataFrame(
        {each.name: pl.Series(cells, dtype=pl.String) for each, cells in zip(attributes, columns, strict=True)}
    )
    lines = np.array([each.line for each in instances], np.int32)
    return Cells.of_file(path, requested_columns(frame.lazy(), request, missing).collect(), lines, request)
