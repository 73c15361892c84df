"""Summarize the columns of a table as they are in its files."""

from typing import Any

import polars as pl

from tdcli.data.tables.table_samples import TableCells
from tdcli.survey.findings import ColumnSummary
from tdcli.survey.outliers import find_outliers


def summarize_columns(table: TableCells) -> tuple[ColumnSummary, ...]:
    """Return every column that is read, in the order of the file's parts: keys, then features and targets."""
    frame, roles = table.cells.frame, _roles(table)
    return tuple(
        _summarize_column(
            frame[name], ", ".join(role for role, names in roles.items() if name in names), _is_numeric(table, name)
        )
        for name in table.wanted.columns()
    )


def _roles(table: TableCells) -> dict[str, frozenset[str | None]]:
    """Return the columns of each role."""
    section, wanted = table.layout.section, table.wanted
    roles: dict[str, tuple[str | None, ...]] = {
        "time": wanted.time.columns if wanted.time else (),
        "order": wanted.order,
        "group": (*wanted.group, *wanted.extra),
        "feature": table.features,
        "target": section.target,
        "weight": (section.sample_weight,),
    }
    return {role: frozenset(names) for role, names in roles.items()}


def _is_numeric(table: TableCells, name: str) -> bool:
    """Say whether a column is read as numbers; keys are where all their cells are some."""
    if name in table.wanted.numbers:
        return True
    cells = table.cells.frame[name]
    return (
        name not in table.wanted.texts
        and not cells.dtype.is_temporal()
        and _as_floats(cells).null_count() == cells.null_count()
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
