"""A run folder, from training to predictions."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from tdcli.nn.runtime.tensorflow import keras
from tdcli.runs.folder import RunFolder
from tdcli.services.evaluate.evaluate import evaluate
from tdcli.services.evaluate.open_model import (
    TrainedModel,
    load_held_out_part,
    open_model,
    part_to_predict,
    part_to_score,
)
from tdcli.services.evaluate.predict import predict, write_predictions
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.train import Outcome, train_job
from tdcli.text.errors import ExecutionError, SpecError

ROWS = [f"{row},{row % 7},{'ab'[row % 2]}" for row in range(80)]
WINDOWS = """name: tiny
architecture: {kind: many-to-one, input: {timesteps: 4, features: 3}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, path: log.csv, order: t, features: [v, k], target: v, encode: {k: one-hot}, target_change: true}
split: {validation: 0.2, test: 0.2}
training: {epochs: 2, batch_size: 8}
"""
CLASSES = """name: classes
architecture: {kind: many-to-many, input: {timesteps: 3, features: 2}, recurrent: {units: 3},
  outputs: {units: 3, activation: softmax}}
data: {source: npy, x: x.npy, y: y.npy, lengths: lengths.npy, class_names: [sit, walk, run]}
training: {epochs: 2, batch_size: 8}
"""

FRAMES = """architecture:
  kind: cnn-lstm
  input: {timesteps: 4, frame: [8, 8, 1]}
  cnn: [{Conv2D: {filters: 8, kernel_size: 3, activation: relu}}, Flatten]
  recurrent: {units: 16}
  outputs: {units: 2, activation: softmax}
data: {source: frames, path: clips}
split: {test: 0.3, stratify: true}
training: {epochs: 30, batch_size: 8, optimizer: {name: adam, learning_rate: 0.01}}
"""


def trained(spec: str, folder: Path, *settings: str) -> TrainedModel:
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    compiled = compile_spec(folder / "spec.yaml", settings)
    outcome = train_job(TrainingJob(compiled, prepare(compiled), folder / "runs", "tdcli train spec.yaml"))
    return open_model(outcome.run.path)


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    folder = tmp_path_factory.mktemp("windows")
    (folder / "log.csv").write_text("\n".join(["t,v,k", *ROWS]) + "\n", encoding="utf-8")
    return trained(WINDOWS, folder, "training.epochs=4")


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    folder = tmp_path_factory.mktemp("steps")
    rng = np.random.default_rng(0)
    np.save(folder / "x.npy", rng.normal(size=(12, 3, 2)).astype("float32"))
    np.save(folder / "y.npy", rng.integers(0, 3, (12, 3)))
    np.save(folder / "lengths.npy", np.array([3, 2] * 6))
    return trained(CLASSES, folder)


def test_a_run_folder_holds_what_repeats_and_explains_the_run(windows: TrainedModel) -> None:
    run = RunFolder(windows.model.parent)
    assert sorted(path.name for path in run.path.iterdir()) == sorted(
        ["spec.yaml", "best.keras", "last.keras", "history.csv", "metrics.json", "run.json", "state.npz", "lock"]
    )
    record = json.loads(run.record.read_text(encoding="utf-8"))
    assert (record["state"], record["seed"], record["command"]) == ("done", 0, "tdcli train spec.yaml")
    assert record["versions"].keys() >= {"tdcli", "python", "tensorflow", "keras", "numpy", "polars"}
    ((path, fingerprint),) = record["data"].items()
    assert Path(path).name == "log.csv"
    assert fingerprint["bytes"] == Path(path).stat().st_size
    assert len(fingerprint["sha256"]) == 64


def test_the_history_has_a_row_an_epoch_and_the_metrics_are_those_of_the_best(windows: TrainedModel) -> None:
    rows = list(csv.DictReader(io.StringIO(RunFolder(windows.model.parent).history.read_text(encoding="utf-8"))))
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert set(rows[0]) == {"epoch", "loss", "mae", "rmse", "val_loss", "val_mae", "val_rmse"}
    metrics = json.loads(RunFolder(windows.model.parent).metrics.read_text(encoding="utf-8"))
    best = min(rows, key=lambda row: float(row["val_loss"]))
    assert metrics["best_epoch"] == int(best["epoch"])
    assert metrics["best"]["val_loss"] == float(best["val_loss"])


def test_the_resolved_spec_holds_overrides_and_works_in_any_folder(windows: TrainedModel) -> None:
    compiled = compile_spec(RunFolder(windows.model.parent).spec)
    assert compiled.spec.training.epochs == 4
    assert Path(compiled.document.values["data"]["path"]).is_absolute()


def test_an_evaluation_is_of_the_test_part_beside_the_best_baseline(windows: TrainedModel) -> None:
    found = evaluate(windows, load_held_out_part(windows))
    assert (found.title, found.scores.best_baseline) == ("test set", "seasonal naive (7 rows)")  # it counts modulo 7
    assert [*found.scores.baselines] == ["persistence", "seasonal naive (7 rows)", "drift", "mean"]
    part = load_held_out_part(windows).part
    outputs = predict(windows, load_held_out_part(windows)).outputs
    assert found.scores.figures["mae"] == pytest.approx(float(np.abs(outputs - part.y).mean()), rel=1e-5)


def test_the_title_states_that_nothing_was_held_out(steps: TrainedModel) -> None:
    assert load_held_out_part(steps).title == "training set, because nothing was held out"


def test_predictions_for_a_file_go_beyond_its_end(windows: TrainedModel, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("t,v,k\n1,3,a\n2,4,b\n3,5,a\n4,6,b\n5,0,a\n", encoding="utf-8")
    found = predict(windows, part_to_predict(windows, tmp_path / "new.csv", None))
    assert found.outputs.shape == (2, 1)  # windows of four rows out of five
    lines = found.to_csv().splitlines()
    assert lines[0] == "sample,v"
    assert [line.split(",")[0] for line in lines[1:]] == ["6", "7"]  # the line predicted, the header being line 1


def test_predictions_by_step_name_class_and_probabilities_of_real_steps(steps: TrainedModel) -> None:
    found = predict(steps, load_held_out_part(steps), decimals=2)
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert list(rows[0]) == ["sample", "step", "class", "p(sit)", "p(walk)", "p(run)"]
    assert len(rows) == 6 * 3 + 6 * 2
    for row in rows:
        said = {name: float(row[f"p({name})"]) for name in ("sit", "walk", "run")}
        assert said[row["class"]] == max(said.values())


def test_predictions_are_written_as_a_table_or_an_array(steps: TrainedModel, tmp_path: Path) -> None:
    found = predict(steps, load_held_out_part(steps))
    write_predictions(found, tmp_path / "out.npy")
    write_predictions(found, tmp_path / "out.csv")
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), found.outputs)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").strip() == found.to_csv()
    with pytest.raises(SpecError, match="does not end in"):
        write_predictions(found, tmp_path / "out.txt")


def test_an_array_is_evaluated_with_its_targets(steps: TrainedModel, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((3, 3, 2), np.float32) + 1)
    np.save(tmp_path / "y.npy", np.array([[0, 1, 2]] * 3))
    found = evaluate(steps, part_to_score(steps, tmp_path / "x.npy", tmp_path / "y.npy"))
    assert (found.title, found.samples, sum(map(sum, found.scores.confusion))) == ("x.npy", 3, 9)
    with pytest.raises(SpecError, match="has no target"):
        evaluate(steps, part_to_score(steps, tmp_path / "x.npy", None))
    with pytest.raises(SpecError, match="`--targets` needs `--data`"):
        part_to_score(steps, None, tmp_path / "y.npy")


def test_a_missing_part_is_reported(steps: TrainedModel) -> None:
    with pytest.raises(SpecError, match="this run has no test set"):
        part_to_predict(steps, None, "test")


@pytest.mark.parametrize("kept", [0, 500, 0.5])
def test_a_damaged_model_is_reported(kept: float, windows: TrainedModel, tmp_path: Path) -> None:
    run = RunFolder(shutil.copytree(windows.model.parent, tmp_path / "run"))
    whole = run.best_model.read_bytes()
    middle = len(whole) // 2
    run.best_model.write_bytes(whole[:kept] if isinstance(kept, int) else whole[:middle] + b"?" * 99 + whole[middle:])
    damaged = open_model(run.path)
    with pytest.raises(SpecError, match=r"`\S+best\.keras` cannot be read as a Keras model"):
        predict(damaged, load_held_out_part(damaged))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"state": "failed"}, "has no `best.keras`: its training failed"),
        ({"state": "running"}, "has no `best.keras`: its training has not finished, or was killed"),
        ({"state": "done"}, "has no `best.keras`: it was removed"),
        ({"naive": None}, "`.*run.json` has no `naive`"),
    ],
)
def test_a_folder_without_a_model_or_half_the_record_is_not_a_run(
    change: dict[str, Any], message: str, windows: TrainedModel, tmp_path: Path
) -> None:
    run = RunFolder(shutil.copytree(windows.model.parent, tmp_path / "run"))
    run.best_model.unlink()
    record = {key: value for key, value in (windows.record | change).items() if value is not None or key == "classes"}
    run.record.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        open_model(run.path)


def test_a_loss_that_is_not_finite_leaves_a_failed_run_without_ruined_models(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones((8, 3, 2), np.float32))
    np.save(tmp_path / "y.npy", np.full((8, 3), 1e30, np.float32))
    spec = CLASSES.replace("{units: 3, activation: softmax}", "1").replace(", class_names: [sit, walk, run]", "")
    spec = spec.replace(", lengths: lengths.npy", "")
    with pytest.raises(ExecutionError, match="the loss became"):
        trained(spec, tmp_path)
    (path,) = (each for each in (tmp_path / "runs").iterdir() if not each.is_symlink())
    run = RunFolder(path)
    assert run.read_record()["state"] == "failed"
    assert not run.last_model.exists()
    with pytest.raises(SpecError, match="its training failed"):
        open_model(path)


class Seen(NamedTuple):
    """A training that was interrupted, and the weights in its folder by how many epochs its history had there."""

    outcome: Outcome
    weights: dict[int, list[Any]]


@pytest.fixture(scope="module")
def interrupted(windows: TrainedModel, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Train until the second checkpoint is there."""
    folder = tmp_path_factory.mktemp("interrupted")
    settings = ["training.epochs=9", "training.checkpoint={every_epochs: 2, every_seconds: null}"]
    compiled = compile_spec(RunFolder(windows.model.parent).spec, settings)
    seen: dict[int, list[Any]] = {}

    def look(progress: Any) -> None:
        (run,) = (RunFolder(path) for path in folder.iterdir() if not path.is_symlink())
        if run.last_model.exists():
            rows = len(run.history.read_text(encoding="utf-8").splitlines()) - 1
            seen.setdefault(rows, keras.saving.load_model(run.last_model).get_weights())
        if len(seen) == 2:
            raise KeyboardInterrupt

    return Seen(
        train_job(TrainingJob(compiled, prepare(compiled), folder, "tdcli train"), Callbacks(on_progress=look)), seen
    )


def test_an_interrupted_run_can_be_evaluated(interrupted: Seen) -> None:
    assert interrupted.outcome.interrupted
    assert 4 <= interrupted.outcome.epochs < 9
    run = open_model(interrupted.outcome.run.path)
    assert run.record["state"] == "interrupted"
    assert evaluate(run, load_held_out_part(run)).samples


def test_checkpoints_keep_the_models_and_the_history_while_training_goes_on(
    windows: TrainedModel, interrupted: Seen
) -> None:
    assert sorted(interrupted.weights) == [2, 4]
    last = keras.saving.load_model(RunFolder(windows.model.parent).last_model).get_weights()  # of 4 epochs
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(interrupted.weights[4], last, strict=True))


def test_a_failure_says_which_model_is_left(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(12, 3, 2)).astype("float32"))
    np.save(tmp_path / "y.npy", np.random.default_rng(1).normal(size=(12, 3)).astype("float32"))
    spec = CLASSES.replace("{units: 3, activation: softmax}", "1").replace(", class_names: [sit, walk, run]", "")
    spec = spec.replace(", lengths: lengths.npy", "").replace("batch_size: 8", "batch_size: 12")
    with pytest.raises(ExecutionError) as caught:
        trained(spec, tmp_path, "training.optimizer={name: sgd, learning_rate: 1e30}")
    latest = tmp_path / "runs" / "latest"
    assert caught.value.diagnostics[0].help[-1].endswith(f"the best so far, with `tdcli evaluate {latest}`")
    weights = keras.saving.load_model(latest / "best.keras").get_weights()
    assert all(np.isfinite(each).all() for each in weights)


def test_a_cnn_lstm_learns_from_videos_which_way_a_dot_moves(camera: Any, tmp_path: Path) -> None:
    camera.dots("clips", 60, timesteps=4)
    run = trained(FRAMES, tmp_path)
    scores = evaluate(run, load_held_out_part(run)).scores
    assert scores.baseline["accuracy"] == 0.5
    assert scores.figures["accuracy"] > 0.8
    predictions = predict(run, part_to_predict(run, tmp_path / "clips" / "left", None))
    assert predictions.table["sample"][:2].to_list() == ["clip0.mkv", "clip1.mkv"]
    assert (predictions.table["class"] == "left").mean() > 0.8
