"""A run that was stopped and goes on ends as one that was never stopped, to the last bit."""

import csv
import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.nn.runtime.tensorflow import keras
from tdcli.runs.folder import RunFolder
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.resume import open_resume_point
from tdcli.services.train.settings import differences
from tdcli.services.train.train import train_job
from tdcli.text.errors import SpecError

SPEC = """architecture:
  kind: layers
  input: [2, 3]
  layers: [{LSTM: {units: 4, dropout: 0.3}}, BatchNormalization, {Dense: {units: 1}}]
data: {source: npy, x: x.npy, y: y.npy, scale: standard, validation: {x: x.npy, y: y.npy}}
training:
  epochs: 12
  batch_size: 4
  checkpoint: {every_epochs: 4}
  schedule: {name: plateau, patience: 3, min_delta: 0.02, factor: 0.5}
"""
WAYS = {
    "averaged weights and early stopping": [
        "training.schedule=null",
        "training.optimizer={name: adam, use_ema: true, gradient_accumulation_steps: 3}",
        "training.early_stopping={patience: 5, min_delta: 0.05}",
    ],
    "cosine and momentum on a stream in half precision": [
        "training.schedule={name: cosine, warmup: 2}",
        "training.optimizer={name: sgd, momentum: 0.9}",
        "data.stream=true",
        "training.dtype_policy=mixed_float16",
    ],
}
"""Ways of training that keep a state of their own; the spec's is that of Adam and of a plateau."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the spec beside its arrays."""
    folder, rng = tmp_path_factory.mktemp("made"), np.random.default_rng(0)
    np.save(folder / "x.npy", rng.normal(size=(18, 2, 3)).astype("float32"))
    np.save(folder / "y.npy", rng.normal(size=18).astype("float32"))
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return folder / "spec.yaml"


@pytest.fixture
def spec(made: Path, tmp_path: Path) -> Path:
    for name in ("x.npy", "y.npy", "spec.yaml"):
        shutil.copy(made.parent / name, tmp_path)
    return tmp_path / "spec.yaml"


@pytest.fixture(scope="module")
def whole(made: Path) -> RunFolder:
    """A run of the spec that was never stopped; its folder was copied to `killed` on the way."""
    compiled = compile_spec(made)

    def keep(progress: Any) -> None:
        (run,) = (path for path in (made.parent / "whole").iterdir() if not path.is_symlink())
        if progress.epoch >= 8 and not (made.parent / "killed").exists():
            shutil.copytree(run, made.parent / "killed")

    return train_job(
        TrainingJob(compiled, prepare(compiled), made.parent / "whole", "tdcli train"), Callbacks(on_progress=keep)
    ).run


@pytest.fixture(scope="module")
def stopped_once(made: Path) -> RunFolder:
    return run_of(compile_spec(made), made.parent / "stopped", stop_after=3)


@pytest.fixture
def stopped(stopped_once: RunFolder, made: Path, spec: Path) -> RunFolder:
    """A run of the spec that was stopped after three epochs."""
    return copied(stopped_once.path, made, spec)


@pytest.fixture
def killed(whole: RunFolder, made: Path, spec: Path) -> RunFolder:
    """A run of the spec as `kill -9` leaves it: what the end of a training writes is not there."""
    return copied(made.parent / "killed", made, spec)


def copied(run: Path, made: Path, spec: Path) -> RunFolder:
    """Copy a run, and let it say that its data are beside the copied spec."""
    copy = RunFolder(Path(shutil.copytree(run, spec.parent / "runs" / run.name)))
    for path in (copy.record, copy.spec):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(str(made.parent), str(spec.parent)), encoding="utf-8")
    return copy


def run_of(compiled: Compiled, folder: Path, *, stop_after: int = 10**9, resume: Path | None = None) -> RunFolder:
    """Train, and stop as Ctrl-C does after so many epochs."""
    prepared = prepare(compiled)
    ended = 0

    def stop(progress: Any) -> None:
        nonlocal ended
        ended += len(progress.ended)
        if ended >= stop_after or (progress.ended == () and progress.epoch > stop_after):
            raise KeyboardInterrupt

    resumed = open_resume_point(resume, compiled, prepared, force=False) if resume else None
    return train_job(
        TrainingJob(compiled, prepared, folder, "tdcli train", resume_point=resumed), Callbacks(on_progress=stop)
    ).run


def history(run: RunFolder) -> list[list[str]]:
    return list(csv.reader(io.StringIO(run.history.read_text(encoding="utf-8"))))


def same(one: RunFolder, other: RunFolder) -> None:
    assert history(one) == history(other)
    for name in ("last_model", "best_model"):
        ours, theirs = (keras.saving.load_model(getattr(run, name)).get_weights() for run in (one, other))
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_a_resumed_run_ends_as_one_that_was_never_stopped(way: str, spec: Path, tmp_path: Path) -> None:
    compiled = compile_spec(spec, WAYS[way])
    whole = run_of(compiled, tmp_path / "whole")
    stopped = run_of(compiled, tmp_path / "stopped", stop_after=3)
    assert stopped.read_record()["state"] == "interrupted"
    assert len(history(stopped)) < len(history(whole))
    assert ("early stopping" in way) == (len(history(whole)) <= compiled.spec.training.epochs)
    resumed = run_of(compiled, tmp_path / "stopped", resume=stopped.path)
    assert resumed.path == stopped.path
    assert resumed.read_record()["state"] == "done"
    same(resumed, whole)


def test_a_checkpoint_alone_is_enough_to_go_on(spec: Path, whole: RunFolder, killed: RunFolder, tmp_path: Path) -> None:
    assert 0 < len(history(killed)) - 1 < 8
    same(run_of(compile_spec(spec), tmp_path / "runs", resume=killed.path), whole)


@pytest.mark.parametrize(
    ("setting", "change"),
    [
        ("training.batch_size=5", "`training.batch_size` changed from 4 to 5"),
        ("data.scale=none", "`data.scale` changed from standard to none"),
        ("architecture.layers.0.LSTM.units=5", "`architecture.layers.0.LSTM.units` changed from 4 to 5"),
    ],
)
def test_another_spec_is_refused_with_what_changed(setting: str, change: str, spec: Path, stopped: RunFolder) -> None:
    changed = compile_spec(spec, [setting])
    with pytest.raises(SpecError) as caught:
        open_resume_point(stopped.path, changed, prepare(changed), force=False)
    assert caught.value.diagnostics[0].name == "resume-mismatch"
    assert change in caught.value.diagnostics[0].message
    if setting.startswith("training"):
        open_resume_point(stopped.path, changed, prepare(changed), force=True)


@pytest.mark.parametrize(
    ("setting", "advises_its_weights"), [("training.loss=mae", True), ("architecture.layers.0.LSTM.units=5", False)]
)
def test_a_new_run_is_advised_to_start_from_weights_that_fit(
    setting: str, advises_its_weights: bool, spec: Path, stopped: RunFolder
) -> None:
    changed = compile_spec(spec, [setting])
    with pytest.raises(SpecError) as caught:
        open_resume_point(stopped.path, changed, prepare(changed), force=True)
    assert ("--from" in caught.value.diagnostics[0].help[0]) == advises_its_weights


def test_a_run_that_stopped_early_goes_on_with_more_patience_alone(
    spec: Path, tmp_path: Path, tdcli: Callable[..., Any]
) -> None:
    sets = ["training.schedule=null", "training.epochs=40", "training.early_stopping={patience: 1, min_delta: 10}"]
    options = [f"--set={each}" for each in sets]
    run = tdcli("train", spec, "--runs", tmp_path / "runs", "--quiet", *options).out.strip()
    again = tdcli("train", spec, "--resume", run, *options)
    assert "early stopping ended the run after 2 epochs; increase `training.early_stopping.patience`" in again.err
    patient = "--set=training.early_stopping.patience=3"
    tdcli("train", spec, "--resume", run, *options, patient, "--force")
    assert len(RunFolder(Path(run)).read_history()) == 4


def test_an_epoch_that_was_left_is_begun_again_where_larger_batches_make_it_shorter(
    beside_arrays: Callable[..., Path], tmp_path: Path
) -> None:
    spec = beside_arrays(SPEC.replace(", validation: {x: x.npy, y: y.npy}", ""), (18, 2, 3))
    settings = ["architecture.layers=[Flatten, {Dense: {units: 1}}]", "training.schedule=null", "training.epochs=3"]
    small, large = (compile_spec(spec, [*settings, f"training.batch_size={size}"]) for size in (1, 9))

    def stop(progress: Any) -> None:
        if progress.step > 2:
            raise KeyboardInterrupt

    stopped = train_job(
        TrainingJob(small, prepare(small), tmp_path / "runs", "tdcli train"), Callbacks(on_progress=stop)
    ).run
    resumed = open_resume_point(stopped.path, large, prepare(large), force=True)
    ended = train_job(TrainingJob(large, prepare(large), tmp_path / "runs", "tdcli train", resume_point=resumed))
    assert ended.epochs == 3


def test_what_may_change_is_a_key_or_a_section_and_no_beginning_of_a_word() -> None:
    old = {"name": "a", "named": "a", "training.checkpoint.every_epochs": 1, "training.checkpoints": 1}
    new = {"name": "b", "named": "b", "training.checkpoint.every_epochs": 2, "training.checkpoints": 2}
    assert list(differences(old, new, ("name", "training.checkpoint"))) == [
        "`named` changed from a to b",
        "`training.checkpoints` changed from 1 to 2",
    ]


def test_another_data_file_is_refused(spec: Path, stopped: RunFolder) -> None:
    compiled = compile_spec(spec)
    np.save(spec.parent / "y.npy", np.zeros(18, np.float32))
    with pytest.raises(SpecError, match=r"the data file `.*y.npy` has other contents"):
        open_resume_point(stopped.path, compiled, prepare(compiled), force=False)


def test_a_run_goes_on_with_its_data_from_another_folder(
    spec: Path, whole: RunFolder, stopped: RunFolder, tmp_path: Path
) -> None:
    assert len({row[-1] for row in history(whole)[1:]}) > 1  # the plateau has lowered the learning rate
    (spec.parent / "moved").mkdir()
    for name in ("x.npy", "y.npy"):
        (spec.parent / name).rename(spec.parent / "moved" / name)
    text = spec.read_text(encoding="utf-8").replace("x.npy", "moved/x.npy").replace("y.npy", "moved/y.npy")
    spec.write_text(text, encoding="utf-8")
    compiled = compile_spec(spec)
    same(run_of(compiled, tmp_path / "runs", resume=stopped.path), whole)
    np.save(spec.parent / "moved" / "y.npy", np.zeros(18, np.float32))
    with pytest.raises(SpecError, match="has other contents"):
        open_resume_point(stopped.path, compiled, prepare(compiled), force=True)


def test_a_run_that_was_stopped_before_its_first_checkpoint_starts_anew(
    spec: Path, whole: RunFolder, stopped: RunFolder, tmp_path: Path
) -> None:
    stopped.state.unlink()
    same(run_of(compile_spec(spec), tmp_path / "runs", resume=stopped.path), whole)


@pytest.mark.parametrize("damage", [b"", b"no archive"])
def test_a_run_with_a_damaged_state_is_refused(damage: bytes, spec: Path, stopped: RunFolder) -> None:
    compiled = compile_spec(spec)
    stopped.state.write_bytes(damage)
    with pytest.raises(SpecError, match="cannot be resumed"):
        open_resume_point(stopped.path, compiled, prepare(compiled), force=False)


def test_a_named_run_is_started_continued_and_left_alone_once_it_is_done(
    spec: Path, whole: RunFolder, tmp_path: Path, tdcli: Callable[..., Any]
) -> None:
    named = tmp_path / "runs" / "named"
    for epochs in (5, 12, 12):
        ended = tdcli("train", spec, "--run", named, "--set", f"training.epochs={epochs}", "--quiet")
        assert (ended.code, ended.out.strip()) == (0, str(named)), ended.err
    assert (tmp_path / "runs" / "latest").resolve() == named
    same(RunFolder(named), whole)
    ended = tdcli("train", spec, "--run", named, "--set", "training.batch_size=2")
    assert (ended.code, "resume-mismatch" in ended.err) == (2, True)


def test_a_data_file_is_read_through_once_to_tell_it_from_others(
    spec: Path, stopped: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda file, name: (opened.append(file.name), digest(file, name))[1])
    run_of(compile_spec(spec), tmp_path / "runs", resume=stopped.path)
    assert sorted(Path(each).name for each in opened) == ["x.npy", "y.npy"]
