"""The time axis of a table: how far apart its rows are, and whether one stands there twice."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from tdcli.data._arrays.rows import group_numbers
from tdcli.data._arrays.source import TableCells
from tdcli.survey.findings import Timestamps

CALENDAR = ("year", "month", "day", "hour", "minute", "second")
MONTH = timedelta(days=28)
TOLERANCE = 1e-6
"""Of a step between numbers, which may not be exact: 0.1 is none that a computer knows."""

UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def timestamps_of(table: TableCells) -> Timestamps | None:
    """Return what the columns of `order` tell, within each group; None without such columns."""
    columns, frame = table.wanted.order, table.cells.frame
    if not columns:
        return None
    moments, groups = moments_of(frame.select(columns)), pl.Series(group_numbers(table.cells, table.wanted))
    if moments is None:
        keys = pl.DataFrame([groups.alias(""), *frame.select(columns)])
        return Timestamps(columns, "", "", "", len(keys) - keys.n_unique(), 0)
    ordered = pl.DataFrame({"group": groups, "moment": moments}).drop_nulls().sort("group", "moment")
    steps = ordered.select(pl.col("moment").diff().over("group")).to_series().drop_nulls()
    apart = ordered.with_columns(pl.col("moment").diff().over("group").alias("step"))
    apart = apart.filter(pl.col("step") > (timedelta() if moments.dtype.is_temporal() else 0))
    usual, irregular = _usual(apart)
    first, last = (_moment(each) for each in (moments.min(), moments.max()))
    return Timestamps(columns, first, last, usual, len(steps) - len(apart), irregular)


def moments_of(keys: pl.DataFrame) -> pl.Series | None:
    """Return the rows' times: of one column of numbers, dates or times, or of a year, a month and so on; else None."""
    names = [name.casefold() for name in keys.columns]
    if len(names) == 1:
        return _moments(keys.to_series())
    if tuple(names) != CALENDAR[: len(names)]:
        return None
    numbers: list[Any] = [pl.col(column).cast(pl.Int64, strict=False) for column in keys.columns]
    numbers += [pl.lit(1)] if len(numbers) == 2 else []
    return _parsed(keys, pl.datetime(*numbers))


def _moments(keys: pl.Series) -> pl.Series | None:
    if keys.dtype.is_temporal():
        return keys
    numbers = keys.cast(pl.Float64, strict=False)
    if numbers.null_count() == keys.null_count():
        return numbers
    months = keys.str.contains(r"^\d{4}-\d{2}$").all()
    return _parsed(keys.to_frame(), (pl.first() + "-01" if months else pl.first()).str.to_datetime(strict=False))


def _parsed(keys: pl.DataFrame, moments: pl.Expr) -> pl.Series | None:
    """Return the moments, None where some cell is no time."""
    try:
        found = keys.select(moments).to_series()
    except pl.exceptions.PolarsError:
        return None
    return None if found.null_count() > keys.select(pl.any_horizontal(pl.all().is_null()).sum()).item() else found


def _usual(rows: pl.DataFrame) -> tuple[str, int]:
    """Return the most frequent step as text, and how many steps are another; the steps lead to the rows' moments."""
    steps, moments = rows["step"], rows["moment"]
    if not len(steps):
        return "", 0
    if not steps.dtype.is_temporal():
        return _usual_number(steps, moments)
    if (steps >= MONTH).all() and _on_one_day(moments):
        months = (steps.dt.total_hours() / 24 * 12 / 365.25).round().cast(pl.Int64)
        usual = months.mode().sort()[0]
        return _months(usual), int((months != usual).sum())
    usual = steps.mode().sort()[0]
    return _text(usual), int((steps != usual).sum())


def _usual_number(steps: pl.Series, moments: pl.Series) -> tuple[str, int]:
    usual = float(np.median(steps))
    tolerance = TOLERANCE * usual + np.finfo(np.float64).eps * float(np.abs(moments).max())
    return f"{usual:.6g}", int(((steps - usual).abs() > tolerance).sum())


def _on_one_day(moments: pl.Series) -> bool:
    """Say whether all moments have one day of the month, or are its last."""
    days = moments.dt.date()
    return moments.dt.day().n_unique() == 1 or bool((days == days.dt.month_end()).all())


def _months(count: int) -> str:
    number, noun = (count // 12, "year") if count % 12 == 0 else (count, "month")
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _moment(moment: Any) -> str:
    return f"{moment:.12g}" if isinstance(moment, float) else str(moment).removesuffix(" 00:00:00")


def _text(step: timedelta) -> str:
    seconds = step.total_seconds()
    size, unit = next((each for each in UNITS if seconds % each[0] == 0), UNITS[-1])
    count = seconds / size
    return f"{count:g} {unit}" + ("" if count == 1 else "s")
