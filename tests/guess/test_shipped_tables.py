"""Tables that other packages ship lead to specs that hold, or are refused in words."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tdcli.services.init.new_spec import new_spec
from tdcli.text.errors import SpecError

FOLDERS = {"sklearn": "datasets/data", "statsmodels": "datasets", "vega_datasets": "_data"}
ENDINGS = ("*.csv", "*.csv.gz", "*.tsv")
LARGEST = 250_000
"""Bytes."""


def shipped() -> Iterator[Path]:
    for package, folder in FOLDERS.items():
        found = find_spec(package)
        assert found is not None
        assert found.origin is not None
        base = Path(found.origin).parent / folder
        files = sorted(path for ending in ENDINGS for path in base.rglob(ending))
        yield from (path for path in files if path.stat().st_size < LARGEST and "tests" not in path.parts)


SHIPPED = list(shipped())
NO_SERIES = {
    "airports.csv": "each row has its own `iata`",
    "china_smoking.csv": "each row has its own `Location`",
    "committee.csv": "each row has its own `COMMITTEE`",
    "la-riots.csv": "have the same `death_date`",
    "statecrime.csv": "each row has its own `state`",
    "heart.csv": "no row resembles the rows before it",
}
UNAVOIDABLE = {"anes96.csv": ("repeated-outlier",)}
"""The largest town in many rows."""

SERIES: dict[str, dict[str, Any]] = {
    "co2.csv": {"time": "date", "target": "co2"},
    "copper.csv": {"time": "YEAR", "ignore": ("TIME",)},
    "data.csv": {"time": "period"},
    "E6.csv": {"time": ("year", "quarter"), "target": "R"},
    "elec_equip.csv": {"time": "DATE"},
    "elnino.csv": {"time": "YEAR"},
    "grunfeld.csv": {"time": "year", "group": "firm", "target": "value"},
    "iowa-electricity.csv": {"time": "year", "group": "source", "target": "net_generation"},
    "longley.csv": {"time": "YEAR", "ignore": ("Obs",)},
    "macrodata.csv": {"time": ("year", "quarter")},
    "nile.csv": {"time": "year", "target": "volume"},
    "seattle-weather.csv": {"time": "date", "target": "temp_max"},
    "stocks.csv": {"time": "date", "group": "symbol", "target": "price"},
    "sunspots.csv": {"time": "YEAR", "target": "SUNACTIVITY"},
    "us-employment.csv": {"time": "month"},
}


def test_the_packages_ship_tables() -> None:
    assert len(SHIPPED) >= 45
    assert {path.name for path in SHIPPED} >= {*NO_SERIES, *SERIES}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_table_leads_to_a_spec_without_warnings_or_is_refused(path: Path, tried: Callable[[Path], Any]) -> None:
    try:
        found = tried(path)
    except SpecError as error:
        names = {each.name for each in error.diagnostics if each.help}
        found = None
    if found is None:
        assert names <= {"nothing-to-guess", "unreadable-data"}
        assert path.name not in SERIES
        return
    unavoidable = UNAVOIDABLE.get(path.name, ("-",))
    assert [each for each in found.avoidable if not each.startswith(unavoidable)] == []
    assert {key: found.data.get(key) for key in SERIES.get(path.name, {})} == SERIES.get(path.name, {})


@pytest.mark.parametrize(("name", "reason"), NO_SERIES.items())
def test_things_in_no_order_are_not_a_series(name: str, reason: str, tmp_path: Path) -> None:
    path = next(path for path in SHIPPED if path.name == name)
    with pytest.raises(SpecError) as caught:
        new_spec(None, path, tmp_path / "spec.yaml")
    assert caught.value.diagnostics[0].name == "nothing-to-guess"
    assert reason in caught.value.diagnostics[0].message
