"""A run that starts from the weights of another keeps the scaling and the codes that belong to them."""

import json
import math
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.cli.app import main
from tdcli.cli.display.progress import SilentDisplay
from tdcli.nn.runtime.tensorflow import keras
from tdcli.runs.folder import RunFolder, begin_run
from tdcli.services.samples.prepare import load_data, prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.resume import ResumePoint
from tdcli.services.train.train import train_job

TABLE = """architecture: {kind: many-to-one, input: {timesteps: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, path: first.csv, order: day, features: [t], target: t}
split: {validation: 0.2, test: 0.2}
training: {epochs: 3, batch_size: 16, checkpoint: {every_epochs: 1}}
"""
CODED = """architecture: {kind: many-to-one, input: {timesteps: 2, features: 4}, recurrent: {units: 3}, outputs: {units: 3, activation: softmax}}
data: {source: csv, path: coded.csv, features: [v, wind], target: label, encode: {wind: one-hot}, ahead: 0}
split: {by: random}
training: {epochs: 1}
"""  # noqa: E501
STARTING = ("train", "other.yaml", "--set", "training.epochs=4", "--from", "runs/a")
HARDLY = ("--set", "training.epochs=1", "--set", "training.optimizer={name: sgd, learning_rate: 1e-12}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As case B07: a run on temperatures in degrees Celsius, and others in degrees Fahrenheit beside it."""
    folder = tmp_path_factory.mktemp("made")
    days = [15 + 8 * math.sin(day / 9) + math.cos(day * 1.7) for day in range(120)]
    write_table(folder / "first.csv", days)
    write_table(folder / "second.csv", [1.8 * each + 32 for each in days[:90]])
    (folder / "spec.yaml").write_text(TABLE, encoding="utf-8")
    (folder / "other.yaml").write_text(TABLE.replace("first", "second"), encoding="utf-8")
    compiled = compile_spec(folder / "spec.yaml")
    run = begin_run(folder / "runs" / "a")
    train_job(
        TrainingJob(compiled, prepare(compiled), folder, "a test", resume_point=ResumePoint(run)),
        Callbacks(on_progress=stops_of(run.path, "a-stopped")),
    )
    return folder


@pytest.fixture(autouse=True)
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a copy of it."""
    copy_runs(made, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def started(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beside the run another that started from it, and what a stop in each of its epochs would have left."""
    folder = tmp_path_factory.mktemp("started")
    copy_runs(made, folder)
    keep = stops_of(folder / "runs" / "whole", "stopped")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.setattr(SilentDisplay, "update", lambda display, progress: keep(progress))
        patched.setattr("sys.argv", ["tdcli", *STARTING, "--quiet", "--run", "runs/whole"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code
    return folder


@pytest.fixture
def whole(started: Path, folder: Path) -> str:
    """Return the run that started from the other, copied as the other is."""
    copy_runs(started, folder)
    return "runs/whole"


@pytest.fixture(scope="module")
def coded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has codes of texts and of classes."""
    folder = tmp_path_factory.mktemp("coded")
    (folder / "coded.yaml").write_text(CODED, encoding="utf-8")
    write_coded(folder, "NSW", "cab")
    compiled = compile_spec(folder / "coded.yaml")
    run = ResumePoint(begin_run(folder / "runs" / "coded"))
    train_job(TrainingJob(compiled, prepare(compiled), folder, "a test", resume_point=run))
    return folder


@pytest.fixture
def coded(coded_once: Path, folder: Path) -> str:
    """Return it, copied as the first run is."""
    copy_runs(coded_once, folder)
    return "runs/coded"


def copy_runs(source: Path, folder: Path) -> None:
    """Copy a folder but for its link, and let its runs say that their data are in the copy."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("latest"), dirs_exist_ok=True)
    for path in (*folder.glob("runs/*/run.json"), *folder.glob("runs/*/spec.yaml")):
        path.write_text(path.read_text(encoding="utf-8").replace(str(source), str(folder)), encoding="utf-8")


def stops_of(run: Path, name: str) -> Callable[[Any], None]:
    """Return what copies the folder of a run that is trained once an epoch, as it would be if it ended there."""

    def keep(progress: Any) -> None:
        stopped = run.with_name(f"{name}-{progress.epoch}")
        if not stopped.exists():
            shutil.copytree(run, stopped)

    return keep


def stop_before_the_first_step(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def stop(*_: object) -> None:
        raise error

    monkeypatch.setattr("tdcli.nn.training.loop.Loop.advance", stop)


def draw_weights(path: Path) -> None:
    """Put other weights into a saved model, as a training would."""
    model, rng = keras.saving.load_model(path), np.random.default_rng(0)
    for variable in model.weights:
        if "seed" not in variable.path:
            variable.assign(rng.uniform(0.1, 1, variable.shape))
    model.save(path)


def write_table(path: Path, values: list[float]) -> None:
    lines = [f"{day},{value:.3f},{day % 3}" for day, value in enumerate(values)]
    path.write_text("\n".join(["day,t,u", *lines]) + "\n", encoding="utf-8")


def write_coded(folder: Path, winds: str, labels: str) -> None:
    lines = [f"{row % 5},{winds[row % len(winds)]},{labels[row % len(labels)]}" for row in range(40)]
    (folder / "coded.csv").write_text("\n".join(["v,wind,label", *lines]) + "\n", encoding="utf-8")


def contents(run: str) -> dict[str, tuple[bytes, int]]:
    return {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in Path(run).iterdir()}


def record(run: str) -> dict[str, Any]:
    return RunFolder(Path(run)).read_record()


def saved(run: str, name: str = "best.keras") -> Any:
    return keras.saving.load_model(Path(run) / name)


def constants(run: str) -> list[tuple[list[float], list[float]]]:
    layers = [saved(run).get_layer(name) for name in ("scale", "unscale")]
    return [(layer.mean.numpy().ravel().tolist(), layer.variance.numpy().ravel().tolist()) for layer in layers]


def predictions(run: str) -> Any:
    values = np.loadtxt("first.csv", delimiter=",", skiprows=1, usecols=1, dtype="float32")
    windows = np.lib.stride_tricks.sliding_window_view(values, 2)[..., None]
    return saved(run)(windows).numpy()


def validation_loss(run: str) -> float:
    """Return the mean squared error of a run on what `other.yaml` validates with, in the run's own scale."""
    part = load_data(compile_spec(Path("other.yaml"))).validation
    assert part is not None
    off = saved(run)(np.asarray(part.x, "float32")).numpy().ravel() - np.asarray(part.y).ravel()
    ((_, variance),) = constants(run)[1:]
    return float(np.mean(off**2) / variance[0])


def same(one: str, other: str) -> None:
    assert (Path(one) / "history.csv").read_text() == (Path(other) / "history.csv").read_text()
    for name in ("best.keras", "last.keras"):
        ours, theirs = (saved(run, name).get_weights() for run in (one, other))
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_what_was_fitted_is_recorded_bit_for_bit_as_the_saved_model_has_it(tdcli: Callable[..., Any]) -> None:
    scaling = record("runs/a")["learnt"]["scaling"]
    assert [(scaling[key]["mean"], scaling[key]["variance"]) for key in "xy"] == constants("runs/a")
    values = np.loadtxt("first.csv", delimiter=",", skiprows=1, usecols=1)[:60]
    assert scaling["x"]["mean"] == pytest.approx([values.mean()], abs=2)


@pytest.mark.parametrize("options", [(), ("--force",)])
@pytest.mark.parametrize("way", ["--resume", "--run"])
def test_no_run_goes_on_with_another_file_and_the_help_names_what_does(
    way: str, options: tuple[str, ...], tdcli: Callable[..., Any]
) -> None:
    before = contents("runs/a")
    ended = tdcli("train", "other.yaml", way, "runs/a", *options, "--set", "training.epochs=4")
    assert (ended.code, "resume-mismatch" in ended.err, "second.csv` has other contents" in ended.err) == (
        2,
        True,
        True,
    )
    assert contents("runs/a") == before
    help = " ".join(ended.err.partition("error[")[2].partition("help:")[2].split())
    assert shlex.split(help.split("`tdcli ")[1].split("`")[0]) == [*STARTING]


def test_what_the_help_names_trains_with_the_constants_of_the_run(whole: str) -> None:
    assert constants(whole) == constants("runs/a")


def test_a_file_that_changed_in_its_place_is_another_one(tdcli: Callable[..., Any]) -> None:
    before = contents("runs/a")
    Path("first.csv").write_bytes(Path("second.csv").read_bytes())
    ended = tdcli("train", "spec.yaml", "--resume", "runs/a", "--force", "--set", "training.epochs=5")
    assert (ended.code, "--from runs/a" in ended.err, contents("runs/a") == before) == (2, True, True)


def test_a_file_that_moved_goes_on_to_the_same_weights(tdcli: Callable[..., Any]) -> None:
    Path("first.csv").rename("moved.csv")
    assert len(RunFolder(Path("runs/a-stopped-3")).read_history()) < 3
    ended = tdcli("train", "spec.yaml", "--resume", "runs/a-stopped-3", "--set", "data.path=moved.csv")
    assert ended.code == 0, ended.err
    same("runs/a-stopped-3", "runs/a")


@pytest.mark.parametrize(
    "setting",
    [
        "data.scale=minmax", "data.missing=drop", "data.skip=3", "split.test=0.3", "split.validation=null",
        "architecture.recurrent.units=4", "architecture.recurrent.dropout=0.2", "training.loss=mae", "training.seed=1",
        "training.metrics=[mae]", "training.monitor=val_mae", "training.optimizer={name: adam, learning_rate: 0.1}",
        "training.optimizer=sgd", "training.schedule=cosine", "training.dtype_policy=mixed_bfloat16",
    ],
)  # fmt: skip
def test_force_does_not_change_model_data_or_what_epochs_are_compared_by(
    setting: str, tdcli: Callable[..., Any]
) -> None:
    before = contents("runs/a")
    ended = tdcli("train", "spec.yaml", "--resume", "runs/a", "--force", "--set", setting)
    assert (ended.code, "resume-mismatch" in ended.err, contents("runs/a") == before) == (2, True, True), ended.err
    assert f"`{setting.partition('=')[0]}" in ended.err


def test_force_changes_how_the_same_model_is_trained_on_the_same_data(
    tdcli: Callable[..., Any], beside_arrays: Callable[..., Path]
) -> None:
    spec = beside_arrays(TABLE.split("data:")[0].replace("2", "2, features: 1") + ARRAYS, (30, 2, 1))
    assert tdcli("train", spec, "--run", "runs/arrays", "--quiet").code == 0
    resume = ("train", spec, "--resume", "runs/arrays", "--set", "training.epochs=5")
    for change in CHANGES:
        assert tdcli(*resume, "--set", change).code == 2, change
    ended = tdcli(*resume, "--force", *(word for change in CHANGES for word in ("--set", change)))
    assert ended.code == 0, ended.err
    assert len(RunFolder(Path("runs/arrays")).read_history()) == 5


CHANGES = (
    "training.batch_size=8", "training.shuffle=false", "training.deterministic=false", "data.stream=true",
    "training.early_stopping={patience: 9}",
)  # fmt: skip
ARRAYS = """data: {source: npy, x: x.npy, y: y.npy, scale: standard}
split: {validation: 0.2}
training: {epochs: 3}
"""


def test_a_run_starts_from_the_weights_and_the_scaling_of_another_and_reports_it(tdcli: Callable[..., Any]) -> None:
    before, data = contents("runs/a"), record("runs/a")["data"]
    ended = tdcli("train", "other.yaml", "--from", "runs/a", "--run", "runs/b", *HARDLY)
    best = RunFolder(Path("runs/a")).read_metrics()["best_epoch"]
    assert f"started from runs/a, epoch {best}, trained on first.csv" in ended.err
    assert np.abs(predictions("runs/b") - predictions("runs/a")).max() < 1e-6
    figures = RunFolder(Path("runs/b")).read_metrics()["best"]
    assert figures["val_loss"] == pytest.approx(validation_loss("runs/a"), rel=1e-4)
    assert record("runs/b")["learnt"] == record("runs/a")["learnt"]
    assert constants("runs/b") == constants("runs/a")
    assert record("runs/b")["from"] == {"run": "runs/a", "best_epoch": best, "data": data}
    assert [row["epoch"] for row in RunFolder(Path("runs/b")).read_history()] == [1]
    assert contents("runs/a") == before
    assert "started from  runs/a" in tdcli("runs", "show", "runs/b").out
    assert json.loads(tdcli("runs", "show", "runs/b", "--format", "json").out)["record"]["from"]["run"] == "runs/a"
    assert tdcli("report", "runs/b", "-o", "page.html").code == 0
    assert "Started from the weights of runs/a" in Path("page.html").read_text(encoding="utf-8")


def test_every_weight_is_taken_over_before_the_first_step(
    tdcli: Callable[..., Any], beside_arrays: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = beside_arrays(DEEP, (12, 2, 3))
    stop_before_the_first_step(monkeypatch, KeyboardInterrupt())
    tdcli("train", spec, "--run", "runs/deep", "--quiet")
    draw_weights(Path("runs/deep/best.keras"))
    stop_before_the_first_step(monkeypatch, SystemExit(9))
    assert tdcli("train", spec, "--run", "runs/b", "--quiet", "--from", "runs/deep").code == 9
    ours, theirs = saved("runs/b", "last.keras"), saved("runs/deep")
    assert len(theirs.get_weights()) > 20
    assert all(np.array_equal(a, b) for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True))
    x = np.load("x.npy")
    assert np.array_equal(ours(x), theirs(x))


DEEP = """architecture:
  kind: layers
  input: [2, 3]
  layers:
    - Masking: {mask_value: 0.0}
    - TimeDistributed: {Dense: {units: 4}}
    - BatchNormalization
    - Residual: [{LSTM: {units: 4, return_sequences: true}}, LayerNormalization]
    - Bidirectional: {GRU: {units: 3, dropout: 0.2}}
    - Dense: {units: 4}
    - BatchNormalization
    - Dense: {units: 1}
data: {source: npy, x: x.npy, y: y.npy, scale: standard}
training: {batch_size: 4}
"""


@pytest.mark.parametrize("stop_at", [1, 2, 4])
def test_a_run_that_started_from_another_goes_on_as_one_that_was_never_stopped(
    stop_at: int, whole: str, tdcli: Callable[..., Any]
) -> None:
    stopped = f"runs/stopped-{stop_at}"
    assert len(RunFolder(Path(stopped)).read_history()) < 4
    resume = ("train", "other.yaml", "--set", "training.epochs=4", "--resume") if stop_at < 4 else (*STARTING, "--run")
    assert tdcli(*resume, stopped, "--quiet").code == 0
    same(stopped, whole)
    assert record(stopped)["from"] == record(whole)["from"]
    assert record(stopped)["learnt"] == record("runs/a")["learnt"]


def test_a_run_without_its_first_checkpoint_starts_again_from_the_other(whole: str, tdcli: Callable[..., Any]) -> None:
    (Path("runs/stopped-1") / "state.npz").unlink()
    ended = tdcli("train", "other.yaml", "--resume", "runs/stopped-1", "--set", "training.epochs=4")
    assert (ended.code, "before its first checkpoint" in ended.err, "--from runs/a" in ended.err) == (2, True, True)
    assert tdcli(*STARTING, "--quiet", "--run", "runs/stopped-1").code == 0
    same("runs/stopped-1", whole)


@pytest.mark.parametrize("left", [("spec.yaml",), ("spec.yaml", "lock")])
def test_a_run_without_its_first_record_does_not_forget_the_other(
    left: tuple[str, ...], whole: str, tdcli: Callable[..., Any]
) -> None:
    for path in Path("runs/stopped-1").iterdir():
        if path.name not in left:
            path.unlink()
    resume = ("--resume", "runs/stopped-1", "--set", "training.epochs=4", "--quiet")
    assert tdcli("train", "other.yaml", *resume).code == 0
    same("runs/stopped-1", whole)


def test_a_run_keeps_where_it_came_from(whole: str, tdcli: Callable[..., Any]) -> None:
    shutil.copytree("runs/a", "runs/c")
    runs = ((whole, "other.yaml", "started from `runs/a`"), ("runs/c", "spec.yaml", "did not start from another run"))
    for run, spec, why in runs:
        ended = tdcli("train", spec, "--run", run, "--from", "runs/c", "--set", "training.epochs=5")
        assert (ended.code, why in ended.err) == (2, True), ended.err


def test_scaling_of_a_run_that_did_not_record_it_is_that_of_its_model(
    tdcli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, run = record("runs/a"), RunFolder(Path("runs/a"))
    run.write_record({**whole, "learnt": {key: each for key, each in whole["learnt"].items() if key != "scaling"}})
    stop_before_the_first_step(monkeypatch, SystemExit(9))
    assert tdcli("train", "other.yaml", "--from", "runs/a", "--run", "runs/b", "--quiet").code == 9
    assert record("runs/b")["learnt"] == whole["learnt"]
    assert tdcli("train", "spec.yaml", "--resume", "runs/a", "--set", "training.epochs=4", "--quiet").code == 9
    assert record("runs/a")["learnt"] == whole["learnt"]


MISFITS = {
    "architecture.recurrent.units=4": "`architecture.recurrent.units` changed from 3 to 4",
    "architecture.recurrent.cell=GRU": "`architecture.recurrent.cell` changed from LSTM to GRU",
    "architecture.outputs={units: 1, activation: relu}": "the activation of the outputs changed from None to relu",
    "data.features=[u]": "the features changed from [t] to [u]",
    "data.features=[t, u]": "the features changed from [t] to [t, u]",
    "data.target=u": "the targets changed from [t] to [u]",
    "data.target_change=true": "`data.target_change` changed from false to true",
    "data.scale=minmax": "`data.scale` changed from standard to minmax",
    "data.scale={t: none}": "`data.scale` changed from standard to none",
}


@pytest.mark.parametrize("setting", MISFITS)
def test_weights_that_do_not_fit_are_refused_with_what_differs(setting: str, tdcli: Callable[..., Any]) -> None:
    ended = tdcli("train", "other.yaml", "--from", "runs/a", "--run", "runs/b", "--set", setting)
    assert (ended.code, "resume-mismatch" in ended.err, Path("runs/b").exists()) == (2, True, False)
    assert MISFITS[setting] in ended.err.replace("\n", " ")


def test_what_changes_no_weight_may_differ(tdcli: Callable[..., Any]) -> None:
    settings = (
        "architecture.recurrent.dropout=0.3",
        "architecture.input.timesteps=3",
        "training.loss=mae",
        "data.scale={t: standard}",
    )
    options = (word for setting in settings for word in ("--set", setting))
    ended = tdcli("train", "other.yaml", "--from", "runs/a", "--run", "runs/b", *options)
    assert ended.code == 0, ended.err


def test_codes_of_texts_and_classes_stay_those_of_the_weights(
    coded: str, folder: Path, tdcli: Callable[..., Any]
) -> None:
    write_coded(folder, "WS", "bc")
    ended = tdcli("train", "coded.yaml", "--from", coded, "--run", "runs/b", "--quiet", *HARDLY)
    assert ended.code == 0, ended.err
    assert record("runs/b")["learnt"] == record(coded)["learnt"]
    assert record("runs/b")["learnt"]["values"] == {"wind": ["N", "S", "W"]}
    assert record("runs/b")["classes"] == ["a", "b", "c"]
    figures = {
        run: json.loads(tdcli("evaluate", run, "--data", "coded.csv", "--format", "json").out)
        for run in (coded, "runs/b")
    }
    assert figures[coded]["scores"]["figures"] == figures["runs/b"]["scores"]["figures"]
    held_out = json.loads(tdcli("evaluate", "runs/b", "--format", "json").out)
    assert held_out["scores"]["figures"] == figures["runs/b"]["scores"]["figures"]


@pytest.mark.parametrize(
    ("winds", "labels", "name", "help"),
    [("NSE", "abc", "unknown-text", "unknown: ignore}}"), ("NSW", "abd", "label-out-of-range", "correct the label")],
)
def test_values_without_a_code_are_refused(
    winds: str, labels: str, name: str, help: str, coded: str, folder: Path, tdcli: Callable[..., Any]
) -> None:
    write_coded(folder, winds, labels)
    ended = tdcli("train", "coded.yaml", "--from", coded, "--run", "runs/b")
    assert (ended.code, name in ended.err, Path("runs/b").exists()) == (2, True, False)
    assert help in ended.err
    assert "without `--from`" in " ".join(ended.err.split())
    assert " list all" not in ended.err
    ended = tdcli("train", "coded.yaml", "--resume", coded, "--force", "--set", "training.epochs=2")
    assert (ended.code, "resume-mismatch" in ended.err, "--from runs/coded" in ended.err) == (2, True, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "runs/a", "--resume", "runs/coded"), "`--from` and `--resume` cannot be combined"),
        (("--from", "runs/a", "--folds", 2), "`--from` cannot be combined with `--folds` or `--seeds`"),
        (("--from", "runs/a", "--seeds", 2), "`--from` cannot be combined with `--folds` or `--seeds`"),
        (("--from", "runs/a/best.keras"), "is an exported model"),
        (("--from", "nowhere"), "the folder `nowhere` does not exist"),
        (("--from", "."), "is not a run folder"),
    ],
)
def test_what_cannot_be_started_from_is_refused(
    options: tuple[Any, ...], message: str, tdcli: Callable[..., Any]
) -> None:
    ended = tdcli("train", "other.yaml", *options)
    assert (ended.code, message in ended.err) == (2, True), ended.err


@pytest.mark.long
def test_workers_start_from_the_same_weights_and_scaling_as_one_process_does(tdcli: Callable[..., Any]) -> None:
    command = ("train", "other.yaml", "--from", "runs/a", "--quiet", "--run")
    workers = [sys.executable, "-m", "tdcli", *command, "runs/two", "--workers", "2"]
    ended = subprocess.run(workers, check=False, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stderr
    assert tdcli(*command, "runs/one").code == 0
    one, two = (RunFolder(Path(run)).read_history() for run in ("runs/one", "runs/two"))
    assert [list(row.values()) for row in two] == [pytest.approx(list(row.values()), rel=1e-5) for row in one]
    assert record("runs/two")["learnt"] == record("runs/a")["learnt"]
    assert record("runs/two")["from"] == record("runs/one")["from"]
