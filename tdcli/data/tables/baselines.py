"""Baselines: forecasts without a model, and the values that they take from the training set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from tdcli.data.dataset import Array, Part
from tdcli.data.lazy import coverage
from tdcli.data.tables.past import Past
from tdcli.data.tables.rows import Rows
from tdcli.data.tables.samples import TableSamples
from tdcli.data.tables.season import infer_season
from tdcli.data.tables.table_part import TablePart
from tdcli.data.tables.windows import WindowLayout
from tdcli.sources.core.classes import label_text

PERSISTENCE, DRIFT = "persistence", "drift"

PLACES = 2**20
"""The number of rows that are looked up at a time. Row numbers need several times the memory of the values."""

LOOKED_AT = 2**19
"""The number of rows at the end of the training set in which the season is searched for."""


def seasonal_naive(season: int) -> str:
    """Return the name of the forecast that repeats the value of one season ago."""
    return f"seasonal naive ({season:,} rows)"


def fit_naive(train: TablePart) -> dict[str, Any]:
    """Return the season of the training rows and the scales of MASE, for windows that predict numbers.

    The result is empty for other samples.

    scale: for each target, the mean absolute error of the seasonal naive forecast one season ahead, or one row ahead
        if there is no season (Hyndman and Koehler 2006); None if no two rows can be compared
    scales: the same for each group
    """
    layout, rows, samples = train.layout, train.rows, train.samples
    if not isinstance(layout, WindowLayout) or layout.signature.takes == "classes" or samples.answers is None:
        return {}
    training = coverage(samples.starts, int(samples.answers.max()) + 1, len(rows)) > 0
    season = layout.season or _infer_season_of_targets(rows, layout.targets, training)
    scales = [_error_scales(rows, name, season, training) for name in layout.targets]
    found: dict[str, Any] = {"season": season, "scale": [overall for overall, _ in scales]}
    names = _group_names(train)
    if names is None:
        return found
    by_group = zip(*(each for _, each in scales), strict=True)
    return found | {"scales": {str(name): list(each) for name, each in zip(names, by_group, strict=True)}}


def _infer_season_of_targets(rows: Rows, targets: tuple[str, ...], training: Array) -> int:
    """Return the season of the first target that has one, else 1."""
    candidates = rows.frequency.seasons if rows.frequency else ()
    end = len(training) - int(training[::-1].argmax())
    some = slice(max(0, end - LOOKED_AT), end)
    for name in targets:
        seen = training[some] & (rows.measured[name][some] if name in rows.measured else True)
        series = np.where(seen, rows.numbers[name][some], np.float32(np.nan))
        season = infer_season(series, rows.positions[some], rows.groups[some], candidates)
        if season > 1:
            return season
    return 1


def _error_scales(rows: Rows, column: str, season: int, training: Array) -> tuple[float | None, list[float | None]]:
    """Return the mean absolute difference of training rows a season apart, over all groups and for each group."""
    past, values, many = Past.of(rows, column), rows.numbers[column], int(rows.groups[-1]) + 1
    seen = training if past.measured is None else training & past.measured
    sums, counts = np.zeros(many), np.zeros(many, np.int64)
    for now, before in _seasons_apart(past, seen, season):
        off = np.abs(np.subtract(values[now], values[before], dtype=np.float64))
        sums += np.bincount(rows.groups[now], off, many)
        counts += np.bincount(rows.groups[now], minlength=many)
    by_group = [_mean_or_none(*each) for each in zip(sums.tolist(), counts.tolist(), strict=True)]
    return _mean_or_none(float(sums.sum()), int(counts.sum())), by_group


def _seasons_apart(past: Past, seen: Array, season: int) -> Iterator[tuple[Array, Array]]:
    """Yield some seen rows at a time, with the rows one season before them. Both are among the seen rows."""
    for first in range(0, len(seen), PLACES):
        now = np.flatnonzero(seen[first : first + PLACES]) + first
        before = past.at(now, past.positions[now] - season)
        there = before >= 0
        there &= seen[before]
        yield now[there], before[there]


def _mean_or_none(total: float, count: int) -> float | None:
    return float(total / count) if count and total > 0 else None


def _group_names(table: TablePart) -> Array | None:
    """Return the name of each group, in the order of the group numbers; None if there is no column of groups."""
    if not table.layout.group:
        return None
    firsts = np.unique(table.rows.groups, return_index=True)[1]
    names = table.rows.cells.frame[firsts].select(pl.concat_str(table.layout.group, separator=", ")).to_series()
    return np.array(names.to_list(), object)


def with_baselines(part: Part, table: TablePart, fitted: Mapping[str, Any]) -> Part:
    """Return the part with its groups and with forecasts of its targets without a model.

    fitted: the values fitted on the training set, including the season and the classes
    """
    samples = table.samples
    if not isinstance(table.layout, WindowLayout) or samples.targets is None or part.y is None:
        return part
    names = _group_names(table)
    groups = None if names is None else names[table.rows.groups[samples.starts]]
    if samples.origins is None:
        return replace(part, groups=groups)
    if table.layout.signature.takes == "classes":
        said = {PERSISTENCE: _last_classes(table, tuple(fitted["classes"]))}
    else:
        said = _forecasts(table, fitted.get("season") or 1)
    return replace(part, groups=groups, baselines={name: each.reshape(part.y.shape) for name, each in said.items()})


def _last_classes(table: TablePart, classes: tuple[str, ...]) -> Array:
    """Return the code of the last known class, `(samples, places)`. A class that is not in the training set is 0."""
    column, rows = table.layout.targets[0], table.rows
    labels = rows.texts[column][Past.of(rows, column).last_measured(np.asarray(table.samples.origins))]
    values, inverse = np.unique(labels, return_inverse=True)
    by_text = {text: code for code, text in enumerate(classes)}
    return np.array([by_text.get(label_text(each), 0) for each in values], np.int32)[inverse].reshape(labels.shape)


def _forecasts(table: TablePart, season: int) -> dict[str, Array]:
    """Return the forecasts by name, each `(samples, places, targets)`."""
    targets, samples = table.layout.targets, table.samples
    shape = (len(samples), len(samples.answers if samples.answers is not None else ()), len(targets))
    names = (PERSISTENCE, *((seasonal_naive(season),) if season > 1 else ()), DRIFT)
    found = {name: np.empty(shape, np.float32) for name in names}
    for place, column in enumerate(targets):
        past, values = Past.of(table.rows, column), table.rows.numbers[column]
        for some in _chunks(samples):
            rows = np.asarray(samples.take(some).targets)
            last = past.last_measured(np.asarray(samples.take(some).origins))
            for name, said in _forecasts_of_rows(past, values, rows, last, season).items():
                found[name][some, :, place] = said
    return found


def _forecasts_of_rows(past: Past, values: Array, rows: Array, last: Array, season: int) -> dict[str, Array]:
    said = {PERSISTENCE: values[last]}
    if season > 1:
        before = past.seasons_before(rows, last, season)
        said[seasonal_naive(season)] = np.where(before >= 0, values[before], said[PERSISTENCE])
    return said | {DRIFT: _drift_forecast(past, values, rows, last)}


def _drift_forecast(past: Past, values: Array, rows: Array, last: Array) -> Array:
    """Return `y_T + h (y_T - y_1) / (T - 1)`, the line through the first and the last value.

    The formula is from Hyndman and Athanasopoulos, section 5.2.
    """
    first = np.minimum(past.first_measured(last), last)
    known, steps = values[last].astype(np.float64), past.positions[last] - past.positions[first]
    slope = (known - values[first]) / np.maximum(steps, 1)
    return np.asarray(known + (past.positions[rows] - past.positions[last]) * slope)


def _chunks(samples: TableSamples) -> Iterator[Array]:
    """Yield samples in order, with at most about PLACES rows at a time."""
    size = max(1, PLACES // max(1, len(samples.answers if samples.answers is not None else ())))
    for first in range(0, len(samples), size):
        yield np.arange(first, min(first + size, len(samples)))
