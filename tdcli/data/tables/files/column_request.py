"""The columns of a table that are read, and their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from tdcli.data.times.frequency import Frequency
from tdcli.sources.tables.columns import Encoding, numeric_marks
from tdcli.sources.tables.time_columns import TimeColumns

LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class ColumnRequest:
    """The columns to read, by their types.

    group: the columns whose values distinguish groups; with `by_file`, groups of different files differ as well
    extra: columns that only the split needs
    formats: the formats of `time` in the training data; empty to infer them
    frequency: the frequency of the rows in the training data; None to infer it
    features: the input columns of the model, in order
    encodings: the encodings of the features that are texts
    """

    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    time: TimeColumns | None = None
    order: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    by_file: bool = False
    extra: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    frequency: Frequency | None = None
    features: tuple[str, ...] = ()
    encodings: Mapping[str, Encoding] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that order, group or split the rows, each once."""
        times = self.time.columns if self.time else ()
        return tuple(dict.fromkeys((*times, *self.order, *self.group, *self.extra)))

    def columns(self) -> tuple[str, ...]:
        """Return all columns, each once."""
        return tuple(dict.fromkeys((*self.keys, *self.numbers, *self.texts)))

    def types(self) -> dict[str, type[pl.DataType] | None]:
        """Return the type of each column, numbers or texts; None for keys that only order rows."""
        of_texts = {*self.group, *self.extra, *self.texts}
        kinds: dict[str, type[pl.DataType] | None] = dict.fromkeys(self.keys)
        kinds |= dict.fromkeys(self.numbers, pl.Float64)
        return {name: pl.String if name in of_texts else kinds.get(name) for name in self.columns()}


def clean(column: str, missing: list[str], cells: pl.Expr | None = None, *, numbers: bool = False) -> pl.Expr:
    """Return a column of texts without surrounding blanks. Texts that mark a missing value become null.

    missing: the texts that mark a missing value
    numbers: whether texts are also compared with `missing` as numbers
    """
    text = (pl.col(column) if cells is None else cells).str.strip_chars()
    means_nothing = text.is_in(missing)
    if numbers and numeric_marks(missing):
        means_nothing |= text.cast(pl.Float64, strict=False).is_in(numeric_marks(missing)).fill_null(value=False)
    return pl.when(means_nothing).then(None).otherwise(text).name.keep()


def requested_columns(table: pl.LazyFrame, request: ColumnRequest, missing: list[str]) -> pl.LazyFrame:
    """Return the requested columns of a table in the requested types.

    A column of texts that is requested as numbers keeps its texts, so that a diagnostic can quote the cell. A key keeps
    its type if it consists of times or numbers.
    """
    schema = table.collect_schema()
    return table.select(_cast_column(name, schema[name], dtype, missing) for name, dtype in request.types().items())


def _cast_column(name: str, stored: pl.DataType, dtype: type[pl.DataType] | None, missing: list[str]) -> pl.Expr:
    if dtype is None and stored.is_temporal():
        return pl.col(name)
    numeric = stored.is_numeric() or stored == pl.Boolean
    if not numeric or dtype is pl.String:
        return clean(name, missing, pl.col(name).cast(pl.String), numbers=dtype is not pl.String)
    return without_marks(pl.col(name).cast(pl.Float64), numeric_marks(missing))


def without_marks(numbers: pl.Expr, marks: Iterable[float]) -> pl.Expr:
    """Return numbers. Those that mark a missing value become null."""
    listed = list(marks)
    return pl.when(~numbers.cast(pl.Float64).is_in(listed)).then(numbers) if listed else numbers
