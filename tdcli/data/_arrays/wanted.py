"""What is wanted of a table's file, and what a reader of files gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from tdcli.data._dataset import Array
from tdcli.data._time import TimeColumns

LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Wanted:
    """The columns to read, by what they are read as; `group` tells groups apart, with the file if `by_file`.

    formats: how `time` was written where the model was trained; empty where that is to be found out.
    """

    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    time: TimeColumns | None = None
    order: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    by_file: bool = False
    extra: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that order rows or tell them apart, each once."""
        times = self.time.columns if self.time else ()
        return tuple(dict.fromkeys((*times, *self.order, *self.group, *self.extra)))

    def columns(self) -> tuple[str, ...]:
        """Return all columns, each once."""
        return tuple(dict.fromkeys((*self.keys, *self.numbers, *self.texts)))

    def types(self) -> dict[str, type[pl.DataType] | None]:
        """Return what each column is parsed as: numbers, or texts; None for keys that only order rows."""
        of_texts = {*self.group, *self.extra, *self.texts}
        kinds: dict[str, type[pl.DataType] | None] = dict.fromkeys(self.keys)
        kinds |= dict.fromkeys(self.numbers, pl.Float64)
        return {name: pl.String if name in of_texts else kinds.get(name) for name in self.columns()}


class Read(NamedTuple):
    """Columns as wanted, null where a cell is missing; lines: `(rows,)`, where each row stands in its file."""

    frame: pl.DataFrame
    lines: Array


def clean(column: str, missing: list[str], cells: pl.Expr | None = None) -> pl.Expr:
    """Return a column of texts without blanks around them, null where they mean that nothing was measured."""
    text = (pl.col(column) if cells is None else cells).str.strip_chars()
    return pl.when(text.is_in(missing)).then(None).otherwise(text).name.keep()
