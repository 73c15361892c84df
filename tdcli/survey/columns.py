"""Summarize the columns of a table as they are in its files."""

from typing import Any

import polars as pl

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.sources.tables.table import Table
from tdcli.survey.findings import ColumnSummary
from tdcli.survey.outliers import find_outliers


def summarize_columns(cells: Cells, section: Table) -> tuple[ColumnSummary, ...]:
    """Return a summary of every column that is read: keys first, then features and targets."""
    roles = _roles(cells.request, section)
    return tuple(
        _summarize_column(
            cells.frame[name], ", ".join(role for role in roles if name in roles[role]), _is_numeric(cells, name)
        )
        for name in cells.request.columns()
    )


def _roles(request: ColumnRequest, section: Table) -> dict[str, frozenset[str | None]]:
    """Return the columns of each role."""
    roles: dict[str, tuple[str | None, ...]] = {
        "time": request.time.columns if request.time else (),
        "order": request.order,
        "group": (*request.group, *request.extra),
        "feature": request.features,
        "target": section.target,
        "weight": (section.sample_weight,),
    }
    return {role: frozenset(names) for role, names in roles.items()}


def _is_numeric(cells: Cells, name: str) -> bool:
    """Return whether a column is read as numbers. A key column counts as numbers if all its cells are numbers."""
    if name in cells.request.numbers:
        return True
    column = cells.frame[name]
    return (
        name not in cells.request.texts
        and not column.dtype.is_temporal()
        and _as_floats(column).null_count() == column.null_count()
    )


def _as_floats(cells: pl.Series) -> pl.Series:
    return cells.cast(pl.Float64, strict=False)


def _summarize_column(cells: pl.Series, role: str, is_number: bool) -> ColumnSummary:
    missing = cells.null_count()
    if not is_number:
        distinct = cells.n_unique() - bool(missing)
        return ColumnSummary(cells.name, role, "text", missing, 0, None, None, None, None, distinct)
    numbers = _as_floats(cells)
    numbers = numbers.filter(numbers.is_finite().fill_null(value=False))
    wrong = len(cells) - missing - len(numbers)
    figures: list[Any] = [numbers.min(), numbers.mean(), numbers.max(), numbers.std(ddof=0)]
    low, mean, high, deviation = figures
    outliers = find_outliers(numbers) if "feature" in role or "target" in role else ()
    return ColumnSummary(cells.name, role, "number", missing, wrong, low, mean, high, deviation, None, outliers)
