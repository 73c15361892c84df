"""Choose how to handle missing rows: keep windows from spanning them, or insert the rows."""

from __future__ import annotations

import numpy as np

from tdcli.guess.core.groups import GroupedSeries
from tdcli.guess.core.page import SpecLine

MOST_LOST = 0.1
"""Fraction of the windows that may span a gap. If there are more, the missing rows are inserted instead."""

MOST_LOST_AT_NIGHT = 0.5
"""The same for gaps in which rows cannot be inserted, because they are longer than the data between them: nights."""

FEW_GAPS = 0.01
"""Fraction of the steps between rows. With fewer gaps, a window need not fit between two of them."""

MOST_MISSING = 0.3
"""Fraction of the rows of a regular grid. With more of them missing, rows are not inserted."""


def row_limit(series: GroupedSeries) -> int | None:
    """Return the longest window that fits between gaps, if too many rows are missing to insert them; else None."""
    if series.comes_irregularly:
        return None
    gaps = (np.diff(series.groups) == 0) & (np.diff(series.spacing.positions) > 1)
    rows, missing = len(series.groups), series.spacing.missing
    if gaps.mean() < FEW_GAPS or missing <= MOST_MISSING * (rows + missing):
        return None
    lengths = np.diff(np.concatenate([[0], np.flatnonzero(gaps | (np.diff(series.groups) != 0)) + 1, [rows]]))
    return max(2, int(np.median(lengths)) // 2)


def gap_line(series: GroupedSeries, timesteps: int) -> SpecLine | None:
    """Return the line of the spec that handles gaps; None if there are no gaps, or too many for either way."""
    rows, missing = len(series.groups), series.spacing.missing
    gaps = int(((np.diff(series.groups) == 0) & (np.diff(series.spacing.positions) > 1)).sum())
    if not gaps or series.comes_irregularly:
        return None
    places = "one place" if gaps == 1 else f"{gaps:,} places"
    if gaps * timesteps <= MOST_LOST * rows:
        return SpecLine("max_gap", 0, f"rows are missing in {places}; no window spans a gap")
    if missing <= MOST_MISSING * (rows + missing):
        return SpecLine("missing_rows", "insert", f"the file lacks {missing:,} rows of a regular series")
    if gaps * timesteps <= MOST_LOST_AT_NIGHT * rows:
        return SpecLine("max_gap", 0, f"no window spans one of the {gaps:,} gaps")
    return None
