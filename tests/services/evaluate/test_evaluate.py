"""Small trainings judged, against NumPy and Keras alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tdcli.report.terminal.evaluation import render_evaluation, verdict
from tdcli.services.evaluate.evaluate import EvaluatedOutputs, evaluate_with_outputs
from tdcli.services.evaluate.open_model import TrainedModel, load_held_out_part, open_model, part_to_score
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.train import train_job

FIELD = Path(__file__).parents[2] / "data" / "field"
HOURS = """
architecture: {kind: many-to-one, input: {timesteps: 24}, recurrent: {units: 2}, outputs: 1}
data: {source: csv, path: b05.csv, order: [date], features: [temp], target: temp, target_change: true}
split: {by: time, validation: 0.15, test: 0.2}
training: {epochs: 1}
"""
WEATHER = """
architecture: {kind: many-to-one, input: {timesteps: 14}, recurrent: {units: 2}, outputs: 2}
data: {source: csv, path: b12.csv, order: date, features: [precipitation, temp_max], target: [precipitation, temp_max]}
split: {by: time, validation: 0.15, test: 0.2}
training: {epochs: 1}
"""
HEAT = """
architecture: {kind: many-to-one, input: {timesteps: 6}, recurrent: {units: 4}, outputs: 1}
data: {source: csv, path: b12.csv, order: [date], features: [temp_max], target: temp_max, ignore: precipitation}
split: {by: time, validation: 0.15, test: 0.2}
training: {epochs: 1, metrics: [mape, R2Score]}
"""
LABELS = """
architecture: {kind: many-to-one, input: {timesteps: 2, features: 1}, recurrent: {units: 2},
  outputs: {units: 1, activation: sigmoid}}
data: {source: csv, path: labels.csv, features: [v], target: fault}
split: {by: time, validation: 0.15, test: 0.3}
training: {epochs: 1, metrics: [AUC, F1, Precision, recall]}
"""


@pytest.fixture
def run_of(untrained: Callable[[str, Path], TrainedModel], tmp_path: Path) -> Callable[[str], TrainedModel]:
    """Open the run of a spec beside the tables from the field."""
    copy_tables(tmp_path)
    return lambda text: untrained(text, tmp_path)


def copy_tables(folder: Path) -> None:
    for path in FIELD.glob("*.csv"):
        shutil.copy(path, folder)


def judged(run: TrainedModel) -> tuple[EvaluatedOutputs, dict[str, Any]]:
    answers = evaluate_with_outputs(run, load_held_out_part(run))
    return answers, json.loads(render_evaluation(answers.evaluation, "json"))["scores"]


def rmse(values: Any) -> float:
    return float(np.sqrt(np.mean(np.square(np.asarray(values)))))


def test_a_model_must_beat_the_hour_of_the_day_before(run_of: Callable[[str], TrainedModel]) -> None:
    run = run_of(HOURS)
    answers, scores = judged(run)
    temp = pl.read_csv(FIELD / "b05.csv")["temp"].to_numpy()
    rows = answers.part.index.astype(int) - 2  # lines are counted from 1, and the header is one
    assert scores["baselines"]["persistence"]["rmse"] == pytest.approx(rmse(temp[rows] - temp[rows - 1]), rel=1e-4)
    assert scores["best_baseline"] == "seasonal naive (24 rows)"
    assert scores["baseline"]["rmse"] == pytest.approx(rmse(temp[rows] - temp[rows - 24]), rel=1e-4)
    assert verdict(answers.evaluation.scores).startswith("no better than seasonal naive (24 rows): rmse ")
    off = np.abs(answers.outputs - answers.part.y).mean()
    assert scores["figures"]["mase"] == pytest.approx(off / run.record["naive"]["scale"][0], rel=1e-5)


def test_millimetres_and_degrees_are_told_apart(run_of: Callable[[str], TrainedModel]) -> None:
    answers, scores = judged(run_of(WEATHER))
    off = answers.outputs - answers.part.y
    assert [*scores["targets"]] == ["precipitation", "temp_max"]
    for place, target in enumerate(scores["targets"].values()):
        assert target["figures"]["rmse"] == pytest.approx(rmse(off[:, place]), rel=1e-5)
    assert "rmse" not in scores["figures"]
    said = verdict(answers.evaluation.scores)
    assert said.startswith("better for ")
    assert "of 2 targets" in said
    assert "`precipitation`" in said
    assert "`temp_max`" in said


@pytest.mark.parametrize("metric", ["MeanAbsolutePercentageError", "R2Score"])
def test_metrics_that_are_asked_for_are_evaluated(metric: str, heat: TrainedModel) -> None:
    import keras

    answers, scores = judged(heat)
    name = {"MeanAbsolutePercentageError": "mape", "R2Score": "r2_score"}[metric]
    judge = getattr(keras.metrics, metric)()
    judge.update_state(np.asarray(answers.part.y), answers.outputs)
    assert scores["figures"][name] == pytest.approx(float(judge.result()), rel=1e-4)
    assert scores["baselines"]["persistence"][name] is not None
    row = json.loads((heat.model.parent / "metrics.json").read_text(encoding="utf-8"))["best"]
    assert {"mape", "r2_score"} <= row.keys()  # the same names as in training


@pytest.fixture(scope="module")
def heat(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    """A run that was trained: the figures of its epochs are asked for."""
    folder = tmp_path_factory.mktemp("heat")
    copy_tables(folder)
    (folder / "spec.yaml").write_text(HEAT, encoding="utf-8")
    compiled = compile_spec(folder / "spec.yaml")
    return open_model(train_job(TrainingJob(compiled, prepare(compiled), folder / "runs", "test")).run.path)


def test_another_file_is_judged_by_the_season_and_scale_of_the_training(heat: TrainedModel, tmp_path: Path) -> None:
    table = pl.read_csv(FIELD / "b12.csv")
    table[:40].write_csv(tmp_path / "new.csv")
    chosen = part_to_score(heat, tmp_path / "new.csv", None)
    scores = evaluate_with_outputs(heat, chosen).evaluation.scores
    temp = table["temp_max"][:40].to_numpy()
    assert scores.baselines["persistence"]["rmse"] == pytest.approx(rmse(np.diff(temp)[5:]), rel=1e-4)
    assert scores.figures["mase"] == pytest.approx(scores.figures["mae"] / heat.record["naive"]["scale"][0], rel=1e-5)


def test_a_rare_label_is_judged_by_average_precision_and_keras_s_metrics_are_evaluated(
    run_of: Callable[[str], TrainedModel], tmp_path: Path
) -> None:
    import keras

    values = np.arange(200) % 25
    rows = "\n".join(f"{value},{'yes' if value == 3 else 'no'}" for value in values)
    (tmp_path / "labels.csv").write_text(f"v,fault\n{rows}\n", encoding="utf-8")
    answers, scores = judged(run_of(LABELS))
    assert scores["rare"] == ["yes"]
    assert [*scores["figures"]][:3] == ["average_precision", "macro_f1", "accuracy"]
    assert all(each.keys() == scores["figures"].keys() for each in scores["baselines"].values())
    y = np.asarray(answers.part.y)
    assert scores["baselines"]["always no"]["average_precision"] == pytest.approx(y.mean())
    for name, judge in {"auc": keras.metrics.AUC(), "precision": keras.metrics.Precision()}.items():
        judge.update_state(y[:, None], answers.outputs)
        assert scores["figures"][name] == pytest.approx(float(judge.result()), rel=1e-4, abs=1e-6)
    assert {"f1_score", "recall"} <= scores["figures"].keys()
    assert "persistence" in scores["baselines"]


def test_steps_of_the_horizon_are_scored_one_by_one(run_of: Callable[[str], TrainedModel]) -> None:
    text = HEAT.replace("outputs: 1", "outputs: 3").replace("target: temp_max,", "target: temp_max, steps: 3,")
    answers, scores = judged(run_of(text))
    off = np.asarray(answers.outputs - answers.part.y)
    assert [each["step"] for each in scores["steps"]] == [1, 2, 3]
    found = [each["figures"]["rmse"] for each in scores["steps"]]
    assert found == pytest.approx([rmse(off[:, place]) for place in range(3)], rel=1e-5)
    assert scores["figures"]["rmse"] == pytest.approx(rmse(off), rel=1e-5)
    assert scores["targets"] == {}


def test_groups_are_scored_one_by_one(run_of: Callable[[str], TrainedModel], tmp_path: Path) -> None:
    rows = [f"{name},{value % 7 * scale}" for name, scale in (("a", 1), ("b", 100)) for value in range(60)]
    (tmp_path / "stores.csv").write_text("store,v\n" + "\n".join(rows) + "\n", encoding="utf-8")
    text = HEAT.replace("path: b12.csv, order: [date], features: [temp_max], target: temp_max, ignore: precipitation",
                        "path: stores.csv, group: store, features: [v], target: v")  # fmt: skip
    answers, scores = judged(run_of(text))
    groups, off = np.asarray(answers.part.groups), np.asarray(answers.outputs - answers.part.y)
    assert [each["group"] for each in scores["groups"]] == ["a", "b"]
    for each in scores["groups"]:
        assert each["figures"]["rmse"] == pytest.approx(rmse(off[groups == each["group"]]), rel=1e-5)
        assert each["samples"] == (groups == each["group"]).sum()


def test_a_run_of_an_older_version_is_judged_without_what_it_did_not_record(heat: TrainedModel) -> None:
    record = {
        **heat.record,
        "naive": {"mean": heat.record["naive"]["mean"]},
        "learnt": {"features": ["temp_max"], "values": {}},
    }
    scores = evaluate_with_outputs(
        TrainedModel(heat.model, record, heat.compiled), load_held_out_part(heat)
    ).evaluation.scores
    assert "mase" not in scores.figures
    assert "persistence" in scores.baselines
