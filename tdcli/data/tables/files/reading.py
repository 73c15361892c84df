"""Read the files of a table into cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data.tables.files.cells import Cells, TooFewRowsError
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.files.from_arff import read_arff
from tdcli.data.tables.files.from_csv import read_csv
from tdcli.data.tables.files.from_excel import read_excel
from tdcli.data.tables.files.from_parquet import read_parquet
from tdcli.data.tables.files.from_ts import read_ts
from tdcli.data.tables.files.number_texts import plain_numbers
from tdcli.sources.tables.dialect import PLAIN, Dialect
from tdcli.sources.tables.formats import raising_table_errors, table_format
from tdcli.sources.tables.header import TableError
from tdcli.text.errors import SpecError

READERS = {"arff": read_arff, "csv": read_csv, "excel": read_excel, "parquet": read_parquet, "ts": read_ts}
"""The function that reads the cells of each format."""


def read_cells(
    files: tuple[Path, ...],
    request: ColumnRequest,
    na_values: tuple[str, ...],
    skip: int,
    dialect: Dialect = PLAIN,
) -> Cells:
    """Read some columns of all files, without the first `skip` rows of each. Raises SpecError."""
    missing = list(dict.fromkeys(["", *(each.strip() for each in na_values), *plain_numbers(na_values, dialect)]))
    tables = [_read_file(path, request, missing, dialect).skipping(skip) for path in files]
    heights = [len(table) for table in tables]
    if not sum(heights):
        message = f"`{files[0]}` has no rows" + (f" after the first {skip}" if skip else "")
        raise TooFewRowsError.of("too-few-rows", message, "use a file with rows below the header")
    if len(files) == 1:
        return tables[0]
    return Cells(
        pl.concat([table.frame for table in tables], how="vertical_relaxed"),
        files,
        np.repeat(np.arange(len(files), dtype=np.int32), heights),
        np.concatenate([table.line for table in tables]),
        request=request,
    )


def _read_file(path: Path, request: ColumnRequest, missing: list[str], dialect: Dialect) -> Cells:
    try:
        with raising_table_errors(path):
            return READERS[table_format(path).name](path, request, missing, dialect)
    except TableError as error:
        raise SpecError.of(error.name, f"`{path}` {error}", error.help) from None
