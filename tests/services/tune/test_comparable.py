"""Trials whose loss means something else than the spec's; scalings are arithmetic on a column of a table."""

from pathlib import Path

import numpy as np
import pytest

from tdcli.data.dataset import Scaling
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.tune.comparable import incomparability, scalings_match
from tdcli.services.tune.setup import SearchRequest, prepare_search

SPEC = """architecture:
  {kind: many-to-one, input: {timesteps: 4, features: 1}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, path: table.csv, features: [a], target: b}
split: {by: random, validation: 0.25, seed: 1}
training: {seed: 5}
search: {architecture.recurrent.units: [1, 2]}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Make a table whose target is a straight line."""
    rows = "".join(f"{row % 7},{row}\n" for row in range(60))
    (tmp_path / "table.csv").write_text(f"a,b\n{rows}", encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path / "spec.yaml"


def reason(spec: Path, setting: str, *base: str) -> str:
    compiled = compile_spec(spec, [*base, setting])
    return incomparability(prepare_search(SearchRequest(spec, base, 1, spec.parent)), compiled, prepare(compiled).data)


@pytest.mark.parametrize(
    "setting", ["architecture.recurrent.units=9", "architecture.input.timesteps=5", "training.loss=mse"]
)
def test_what_leaves_loss_and_target_as_they_are_may_be_compared(setting: str, spec: Path) -> None:
    assert reason(spec, setting) == ""


def test_trials_with_another_loss_cannot_be_compared(spec: Path) -> None:
    assert reason(spec, "training.loss=huber").startswith(
        "its loss is `huber`, but the loss of the spec is `mse`; compare by a metric"
    )


@pytest.mark.parametrize("setting", ["data.scale=none", "data.target_change=true", "architecture.input.timesteps=40"])
def test_trials_with_another_scale_of_the_target_cannot_be_compared(setting: str, spec: Path) -> None:
    """A line's changes are all 1, and windows of 40 rows leave its last third for targets."""
    assert "its target is scaled differently from that of the spec, which changes `val_loss`" in reason(spec, setting)
    assert "training: {monitor: val_mae}" in reason(spec, setting)


@pytest.mark.parametrize("setting", ["training.loss=huber", "data.scale=none"])
def test_a_metric_means_the_same_whatever_the_loss(setting: str, spec: Path) -> None:
    assert reason(spec, setting, "training.monitor=val_mae") == ""


@pytest.mark.parametrize(
    ("mean", "variance", "alike"),
    [(0.0, 4.0, True), (0.039, 4.0, True), (0.041, 4.0, False), (0.0, 4.07, True), (0.0, 4.09, False)],
)
def test_scalings_match_within_two_in_a_hundred(mean: float, variance: float, alike: bool) -> None:
    """Of the deviation, which is 2, or of the variance."""
    one, other = (Scaling(np.array([a]), np.array([b])) for a, b in ((mean, variance), (0.0, 4.0)))
    assert scalings_match(one, other) is alike


def test_scalings_of_other_shapes_are_not_alike() -> None:
    assert not scalings_match(Scaling(np.zeros(2), np.ones(2)), Scaling(np.zeros(1), np.ones(1)))
