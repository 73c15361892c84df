"""Decide what to do about missing rows: end windows at them, or insert the rows."""

from __future__ import annotations

import numpy as np

from tdcli.guess.core.groups import GroupedSeries
from tdcli.guess.core.page import SpecLine

MOST_LOST = 0.1
"""Of the windows: where more of them hold a gap, the missing rows are put in instead."""

MOST_LOST_AT_NIGHT = 0.5
"""Of the windows, where rows cannot be put in: gaps that are longer than what is between them, as nights."""

FEW_GAPS = 0.01
"""Of the steps: with fewer of them gaps a window need not fit between two."""

MOST_MISSING = 0.3
"""Of the rows of a regular grid: with more of them missing there is no grid."""


def row_limit(series: GroupedSeries) -> int | None:
    """Return the longest window that fits between gaps of which there are too many to put rows in; None without."""
    if series.comes_irregularly:
        return None
    gaps = (np.diff(series.groups) == 0) & (np.diff(series.spacing.positions) > 1)
    rows, missing = len(series.groups), series.spacing.missing
    if gaps.mean() < FEW_GAPS or missing <= MOST_MISSING * (rows + missing):
        return None
    lengths = np.diff(np.concatenate([[0], np.flatnonzero(gaps | (np.diff(series.groups) != 0)) + 1, [rows]]))
    return max(2, int(np.median(lengths)) // 2)


def gap_line(series: GroupedSeries, timesteps: int) -> SpecLine | None:
    """Return what to do about gaps; None where there are none, or too many for either cure."""
    rows, missing = len(series.groups), series.spacing.missing
    gaps = int(((np.diff(series.groups) == 0) & (np.diff(series.spacing.positions) > 1)).sum())
    if not gaps or series.comes_irregularly:
        return None
    places = "one place" if gaps == 1 else f"{gaps:,} places"
    if gaps * timesteps <= MOST_LOST * rows:
        return SpecLine("max_gap", 0, f"rows are missing in {places}: no window holds such a gap")
    if missing <= MOST_MISSING * (rows + missing):
        return SpecLine("missing_rows", "insert", f"{missing:,} rows that the calendar has and the file lacks")
    if gaps * timesteps <= MOST_LOST_AT_NIGHT * rows:
        return SpecLine("max_gap", 0, f"no window reaches over one of the {gaps:,} gaps")
    return None
