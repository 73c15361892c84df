"""Codes for what was not measured are remarked on, and what was measured is not."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from tdcli.survey.findings import Survey
from tdcli.survey.outliers import find_outliers

Look = Callable[..., Survey]

RNG = np.random.default_rng(0)
GAS = RNG.uniform(0, 60, 500).round(1)
TEMPERATURE = RNG.normal(12, 8, 500).round(1)


def with_code(values: Any, code: float, share: float) -> pl.Series:
    found = np.array(values, float)
    found[RNG.random(len(found)) < share] = code
    return pl.Series(found)


@pytest.mark.parametrize("share", [0.02, 0.18, 0.9])
@pytest.mark.parametrize(
    ("values", "code"),
    [(GAS, -200), (GAS, -1), (GAS, 9999), (GAS, -9999), (TEMPERATURE, 999.9), (TEMPERATURE, -99.9), (GAS * 100, 9999)],
)
def test_a_code_among_measurements_is_found(values: Any, code: float, share: float) -> None:
    series = with_code(values, code, share)
    (found,) = find_outliers(series)
    assert (found.value, found.count) == (code, (series == code).sum())
    rest = series.filter(series != code)
    assert (found.low, found.high) == (rest.min(), rest.max())


def test_two_codes_are_both_found() -> None:
    series = with_code(with_code(GAS, -200, 0.1), -999, 0.1)
    assert [each.value for each in find_outliers(series)] == [-999, -200]
    assert [each.value for each in find_outliers(with_code(with_code(GAS, -200, 0.1), 9999, 0.1))] == [-200, 9999]


@pytest.mark.parametrize(("code", "found"), [(-999, [-999]), (9999.9, [9999.9]), (-99, []), (1234, [])])
def test_a_large_usual_code_need_not_repeat(code: float, found: list[float]) -> None:
    series = pl.Series(np.append(GAS, [code]))
    assert [(each.value, each.count) for each in find_outliers(series)] == [(value, 1) for value in found]


@pytest.mark.parametrize(
    "values",
    [
        GAS,
        np.where(GAS < 40, 0, GAS),  # dry days
        np.minimum(GAS, 50),  # a sensor at its end
        np.where(GAS < 30, 0, 1450 + GAS),  # a pump that stands still
        RNG.integers(-1, 2, 500),  # a direction
        RNG.integers(0, 2, 500),
        RNG.integers(-20, 35, 500),
        np.where(GAS < 59, 1, 99),  # a category
        np.append(GAS, [5000, 6000, 7000]),  # far outside, each once
        np.full(500, -200),
        RNG.standard_cauchy(500),
        [],
        [1.0],
    ],
)
def test_what_is_measured_is_not_taken_for_a_code(values: Any) -> None:
    assert find_outliers(pl.Series(np.asarray(values, float))) == ()


@pytest.mark.parametrize(
    ("more", "first"), [("", 7), ("", -200), (", na_values: NA", 7), (", missing: {b: 0}", 7), (", missing: drop", 7)]
)
def test_what_is_advised_makes_the_remark_go_away(look: Look, more: str, first: float) -> None:
    values = with_code(GAS, -200, 0.1).to_list()
    values[:3] = [first, 8, 9]
    lines = "a,b\n" + "\n".join(f"{value:g},{place % 7}" for place, value in enumerate(values)) + "\n"
    data = f"source: csv, path: table.csv, features: [a, b], target: a{more}"
    architecture = "{kind: many-to-one, input: {timesteps: 2, features: 2}, recurrent: {units: 3}, outputs: 1}"
    (warning,) = (each for each in look(data, lines, architecture).warnings if each.name == "repeated-outlier")
    assert "`a` is -200 in" in warning.message
    written = yaml.safe_load(f"{{{data}}}")
    for text in re.findall(r"`(.*?)`", warning.help[0]):
        written |= yaml.safe_load(text)
    advised = look(yaml.safe_dump(written, default_flow_style=True, width=10**6).strip()[1:-1], lines, architecture)
    assert advised.faults == ()
    assert "repeated-outlier" not in {each.name for each in advised.warnings}
