"""Sort rows with Polars alone, in the same way as a script that runs without this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tdcli.data.tables.files.cells import Cells

_ROW = "row of the file"


@dataclass(frozen=True)
class SortKey:
    """A column to sort by. With a `format`, the columns and the `suffix` are joined and parsed as moments."""

    columns: tuple[str, ...]
    format: str = ""
    suffix: str = ""

    def expression(self) -> pl.Expr:
        """Return the values to sort by."""
        if not self.format:
            return pl.col(self.columns[0])
        texts = pl.concat_str(self.columns, separator=" ")
        return (texts + self.suffix if self.suffix else texts).str.to_datetime(self.format)


def sorted_lines(cells: Cells, keys: Sequence[SortKey]) -> list[int]:
    """Return the lines of the rows in the order of the keys; empty if a cell cannot be parsed as a moment."""
    frame = cells.frame.with_row_index(_ROW)
    try:
        rows = frame.sort([key.expression() for key in keys], maintain_order=True)[_ROW]
    except pl.exceptions.PolarsError:
        return []
    return list(cells.line[rows.to_numpy()].tolist())
