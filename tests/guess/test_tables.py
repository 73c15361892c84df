"""Tables that people forecast lead to specs that a practitioner would write, of which nothing is to be warned."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
UNAVOIDABLE = {"m1-yearly.csv": ("samples-in-two-parts",)}
"""Series that do not change for years are the same in all parts."""

MEANT: dict[str, dict[str, Any]] = {
    "airline-passengers.csv": {"time": "Month", "target": "Passengers", "timesteps": 12},
    "carriage_returns.csv": {"time": "ds", "target": "y"},
    "daily-min-temperatures.csv": {"time": "Date", "target": "Temp", "timesteps": 14},
    "falls.csv": {"sequence": "seq", "order": "t", "target": "event", "features": ["a", "b"], "timesteps": None},
    "features_and_target.csv": {"order": "time", "target": "target"},
    "first_station.csv": {"time": "date", "target": "temp_max"},
    "five_stores.csv": {"time": "ds", "group": "unique_id", "target": "y", "features": ["y"]},
    "indoor_movement.csv": {"sequence": "sequence", "target": "moved", "ignore": ["group"]},
    "known_ahead.csv": {"time": "date", "group": "store", "target": "sales"},
    "m1-yearly.csv": {"time": "year", "group": "series", "target": "value", "each_group": True},
    "nyc-taxi.csv": {"time": "timestamp", "target": "value", "timesteps": 48},
    "page_visits.csv": {"group": "page", "order": "day", "target": "visits"},
    "pollution.csv": {"time": ["year", "month", "day", "hour"], "target": "pm2.5", "skip": 24, "timesteps": 24},
    "quarters.csv": {"time": "quarter", "target": "consumption", "ignore": [""], "timesteps": 8},
    "b12.csv": {"time": "date", "features": ["precipitation", "temp_max"]},
    "retail-sales.csv": {"time": "ds", "target": "y", "timesteps": 12},
    "seattle-temps.csv": {"time": "date", "max_gap": 0, "timesteps": 24},
    "second_station.csv": {"time": "date", "target": "temp_max"},
    "stocks.csv": {"time": "date", "group": "symbol", "target": "price", "each_group": None},
    "b05.csv": {"time": "date", "target": "temp", "timesteps": 24},
    "compact_dates.csv": {"time": "date", "target": "co2", "timesteps": 52},
    "days_and_months.csv": {"time": "Date", "target": "T", "missing_rows": "insert"},
    "end_of_summer_time.csv": {"time": "time", "target": "load"},
    "end_of_summer_time.parquet": {"time": "time", "target": "load"},
    "every_other_cell.csv": {"time": "time", "target": "x", "missing": {"x": "forward-fill"}},
    "two_stores.csv": {"time": "date", "group": "store", "target": "y"},
}

FIELD = HERE.parent / "data" / "field"
TABLES = sorted([*(HERE / "tables").iterdir(), *(path for path in FIELD.iterdir() if path.name in MEANT)])


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_table_leads_to_what_its_reader_means(path: Path, tried: Callable[[Path], Any]) -> None:
    found = tried(path)
    values = found.compiled.document.values
    told = {**values["architecture"]["input"], **values.get("split", {}), **values["data"]}
    meant = {key: tuple(value) if isinstance(value, list) else value for key, value in MEANT[path.name].items()}
    assert {key: told.get(key) for key in meant} == meant


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_nothing_is_warned_of_that_another_spec_would_avoid(path: Path, tried: Callable[[Path], Any]) -> None:
    avoidable = tried(path).avoidable
    assert [each for each in avoidable if not each.startswith(UNAVOIDABLE.get(path.name, ("-",)))] == []


def test_every_table_is_small_enough_for_a_repository() -> None:
    assert {path.name for path in TABLES} == {*MEANT}
    assert max(path.stat().st_size for path in TABLES) < 20_000
