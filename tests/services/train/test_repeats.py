"""One spec trained several times."""

import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.services.evaluate.open_model import open_model
from tdcli.services.samples.prepare import load_data
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.repeats import RepeatedTraining, RepeatResult, plan_repeats
from tdcli.text.errors import SpecError

SPEC = """name: small
architecture: {kind: many-to-one, input: {timesteps: 2, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy, scale: standard}
split: {test: 0.25}
training: {epochs: 2, batch_size: 8, seed: 3}
"""


def test_every_fold_is_trained_from_every_seed(beside_arrays: Callable[..., Path]) -> None:
    compiled = compile_spec(beside_arrays(SPEC, (20, 2, 2)))
    found = plan_repeats(compiled, folds=2, seeds=2)
    assert [each.title for each in found] == ["fold 1, seed 3", "fold 2, seed 3", "fold 1, seed 4", "fold 2, seed 4"]
    assert found[-1].settings == ("training.seed=4", "split.seed=3", "split.folds=2", "split.fold=2")
    assert [each.settings for each in plan_repeats(compiled, folds=2, seeds=None)] == [
        ("split.folds=2", "split.fold=1"), ("split.folds=2", "split.fold=2"),
    ]  # fmt: skip


def test_seeds_leave_the_parts_as_they_are(beside_arrays: Callable[..., Path]) -> None:
    spec = beside_arrays(SPEC, (20, 2, 2))
    plain = load_data(compile_spec(spec))
    for repeat in plan_repeats(compile_spec(spec), folds=None, seeds=3):
        data = load_data(compile_spec(spec, repeat.settings))
        assert np.array_equal(data.train.x, plain.train.x)


@pytest.mark.parametrize(("folds", "seeds"), [(1, None), (None, 0), (-3, None)])
def test_too_few_are_refused(folds: int | None, seeds: int | None, beside_arrays: Callable[..., Path]) -> None:
    with pytest.raises(SpecError, match="is too few"):
        plan_repeats(compile_spec(beside_arrays(SPEC, (20, 2, 2))), folds, seeds)


def test_each_training_leaves_a_run_and_all_a_summary(
    beside_arrays: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tdcli: Callable[..., Any]
) -> None:
    spec = beside_arrays(SPEC, (40, 2, 2))
    monkeypatch.chdir(spec.parent)
    ended = tdcli("train", "spec.yaml", "--folds", "2", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    (folder,) = (spec.parent / "runs").glob("*-small-2-times")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert [each["title"] for each in summary["results"]] == ["fold 1", "fold 2"]
    values = [each["figures"]["test_rmse"] for each in summary["results"]]
    found = summary["metrics"]["test_rmse"]
    assert found["values"] == values
    assert (found["mean"], found["deviation"]) == pytest.approx((np.mean(values), statistics.stdev(values)))
    validated = []
    for each in summary["results"]:
        run = open_model(folder / each["run"])
        validated += load_data(run.compiled).validation.index.tolist()
        assert json.loads(tdcli("evaluate", folder / each["run"], "--format", "json").out)["scores"]["figures"][
            "rmse"
        ] == pytest.approx(each["figures"]["test_rmse"])
    assert len(validated) == len(set(validated)) == 30
    told = Path(tdcli("report", folder).out.strip()).read_text(encoding="utf-8")
    mean, deviation = np.mean(values), statistics.stdev(values)
    assert f"test_rmse {mean:.4g}, give or take {deviation:.4g}, over 2 trainings" in told
    assert all(f'<th scope="col" class="number">fold {fold}</th>' in told for fold in (1, 2))


def test_options_of_a_single_training_are_refused_beside_several(
    beside_arrays: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tdcli: Callable[..., Any]
) -> None:
    spec = beside_arrays(SPEC, (40, 2, 2))
    monkeypatch.chdir(spec.parent)
    ended = tdcli("train", "spec.yaml", "--seeds", "2", "--resume", "runs/latest")
    assert ended.code == 2
    assert "`--resume` cannot be combined with `--folds` or `--seeds`" in ended.err


def test_a_file_that_is_not_a_summary_is_refused(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    (tmp_path / "summary.json").write_text("[]", encoding="utf-8")
    ended = tdcli("report", tmp_path)
    assert ended.code == 2
    assert "cannot be read" in ended.err


@pytest.mark.parametrize("figure", ["Infinity", "-Infinity", "NaN"])
def test_infinite_figures_have_no_mean_and_no_deviation(figure: str) -> None:
    results = [RepeatResult("a", "a", {"loss": 1.0}, {}), RepeatResult("b", "b", {"loss": float(figure)}, {})]
    found = RepeatedTraining("s", "c", tuple(results)).metrics["loss"]
    assert np.isnan([found.mean, found.deviation]).all()
