"""A Parquet file to columns of texts and numbers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl

from tdcli.data._arrays.wanted import Read, Wanted, clean
from tdcli.text.diagnostic import UserError


def read_parquet(path: Path, wanted: Wanted, missing: list[str]) -> Read:
    """Read columns in the types that they are wanted in; rows are counted from 1. Raises UserError.

    A column of texts that is wanted as numbers stays texts, by which a cell that is none can be named.
    """
    types = wanted.types()
    try:
        file = pl.scan_parquet(path)
        schema = file.collect_schema()
        frame = file.select(_as_wanted(name, schema[name], dtype, missing) for name, dtype in types.items()).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        message = f"`{path}` cannot be read: {str(error).splitlines()[0]}"
        raise UserError.of("unreadable-data", message, "write the file again") from None
    return Read(frame, np.arange(1, frame.height + 1, dtype=np.int32))


def _as_wanted(name: str, stored: pl.DataType, dtype: type[pl.DataType] | None, missing: list[str]) -> pl.Expr:
    if dtype is None and stored.is_temporal():
        return pl.col(name)
    numeric = stored.is_numeric() or stored == pl.Boolean
    if not numeric or dtype is pl.String:
        return clean(name, missing, pl.col(name).cast(pl.String))
    numbers = pl.col(name).cast(pl.Float64)
    marks = list(_numbers(missing))
    return pl.when(numbers.is_in(marks)).then(None).otherwise(numbers).name.keep() if marks else numbers


def _numbers(texts: list[str]) -> list[float]:
    """Return those of the texts that are numbers: `-999` may stand for what was not measured."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(float(text))
    return found
