"""Seasons that are there are found, and none where there is none."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tdcli.data.tables.season import infer_season

Array = NDArray[Any]

SHIPPED = Path(__file__).parents[2] / "specs" / "data"
FIELD = Path(__file__).parent / "field"
HOURLY, DAILY = (24, 168), (7, 365)


def season(series: Any, candidates: tuple[int, ...] = (), positions: Any = None, groups: Any = None) -> int:
    series = np.asarray(series, np.float64)
    positions = np.arange(len(series)) if positions is None else positions
    return infer_season(series, positions, np.zeros(len(series), int) if groups is None else groups, candidates)


def wave(rows: int, period: float, noise: float = 0.0, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    return np.asarray(np.sin(2 * np.pi * np.arange(rows) / period) + noise * rng.normal(size=rows))


@pytest.mark.parametrize("period", [3, 4, 7, 12, 24, 48, 168])
@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_the_period_of_a_sine_is_its_season(period: int, noise: float) -> None:
    assert season(wave(12 * period + 60, period, noise)) == pytest.approx(period, rel=0.03 if noise else 0)


def test_a_trend_and_a_random_walk_do_not_hide_a_season() -> None:
    walk = np.random.default_rng(0).normal(size=2000).cumsum()
    assert season(wave(2000, 24) + 0.05 * np.arange(2000)) == 24
    assert season(5 * wave(2000, 24) + walk, HOURLY) == 24


def made(kind: str, rows: int, seed: int) -> Array:
    noise = np.random.default_rng(seed).normal(size=rows)
    autoregressive = np.zeros(rows)
    for row in range(1, rows):
        autoregressive[row] = 0.9 * autoregressive[row - 1] + noise[row]
    kinds: dict[str, Array] = {"noise": noise, "walk": noise.cumsum(), "autoregressive": autoregressive}
    return kinds[kind]


@pytest.mark.parametrize("kind", ["noise", "walk", "autoregressive"])
@pytest.mark.parametrize("rows", [20, 60, 200, 1000, 5000])
@pytest.mark.parametrize("candidates", [(), HOURLY, DAILY, (12,)])
def test_a_random_walk_has_no_season(kind: str, rows: int, candidates: tuple[int, ...]) -> None:
    found = [season(made(kind, rows, seed), candidates) for seed in range(20)]
    assert sum(each > 1 for each in found) <= 1, found


@pytest.mark.parametrize(
    "series", [[], [1.0], [1.0, 2.0], [3.0] * 50, list(range(50)), [np.nan] * 50, [np.nan, 1.0] * 3]
)
def test_a_constant_or_short_series_has_no_season(series: list[float]) -> None:
    assert season(series) == season(series, (7,)) == 1


def test_a_longer_season_is_taken_where_it_tells_more() -> None:
    day, week = np.arange(24 * 70) % 24, np.arange(24 * 70) // 24 % 7
    assert season(np.sin(day / 24 * 2 * np.pi), HOURLY) == 24
    assert season(np.sin(day / 24 * 2 * np.pi) * (week < 5), HOURLY) == 168


def test_a_season_of_which_too_little_is_seen_is_not_found() -> None:
    assert season(wave(24 * 2, 24), HOURLY) == 1
    assert season(wave(24 * 5, 24), HOURLY) == 24


def test_rows_that_are_missing_shift_nothing() -> None:
    kept = np.sort(np.random.default_rng(0).permutation(2400)[:1500])
    assert season(wave(2400, 24)[kept], HOURLY, positions=kept) == 24
    assert season(wave(2400, 24)[kept], HOURLY) == 1  # counted row by row there is nothing to see
    holes = wave(2400, 24)
    holes[np.random.default_rng(1).random(2400) < 0.4] = np.nan
    assert season(holes, HOURLY) == 24


def test_groups_are_looked_at_together_but_never_across() -> None:
    groups = np.repeat(np.arange(8), 60)
    series = np.concatenate([wave(68, 7, 0.5, seed)[seed : seed + 60] for seed in range(8)])
    assert season(series, DAILY, np.tile(np.arange(60), 8), groups) == 7
    far = np.array([0, 1, 2, 10**12, 10**12 + 1])  # a wrong date
    assert season([1.0, 2.0, 1.0, 2.0, 1.0], positions=far) == 1


@pytest.mark.parametrize(
    ("path", "column", "candidates", "expected"),
    [
        (SHIPPED / "pollution.csv", "TEMP", HOURLY, 24),
        (SHIPPED / "pollution.csv", "PRES", (), 24),
        (SHIPPED / "daily-min-temperatures.csv", "Temp", DAILY, 365),
        (FIELD / "b05.csv", "temp", (), 24),
        (FIELD / "b12.csv", "precipitation", DAILY, 1),
    ],
)
def test_the_seasons_of_files_are_those_of_their_weather(
    path: Path, column: str, candidates: tuple[int, ...], expected: int
) -> None:
    cells = pl.read_csv(path, infer_schema=False)[column].cast(pl.Float64, strict=False)
    assert season(cells.fill_null(np.nan).to_numpy(), candidates) == expected


def test_a_million_rows_are_looked_at() -> None:
    assert season(np.tile(wave(1440, 1440).astype(np.float32), 700)) == 1440
