"""The service trains without a screen, and calls back at each stage."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.train import TrainOptions, train_single
from tdcli.services.train.train_repeats import train_repeated

SPEC = """name: small
architecture: {kind: many-to-one, input: {timesteps: 2, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy}
training: {epochs: 2, batch_size: 8}
"""


class Recorder(Callbacks):
    """Notes what is called, and how long the training is to be."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def on_compiled(self, compiled: Any) -> None:
        self.called.append("compiled")

    def before_loading(self) -> None:
        self.called.append("before loading")

    def on_loaded(self, prepared: Any) -> None:
        self.called.append(f"loaded {len(prepared.data.train)} samples")

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        self.called.append(f"begin {epochs} epochs {title}".strip())

    def on_tracing(self) -> None:
        self.called.append("tracing")

    def on_progress(self, progress: Any) -> None:
        self.called += [f"epoch {int(epoch.results['epoch'])}" for epoch in progress.ended]

    def on_train_end(self) -> None:
        self.called.append("end")


class Stopped(Exception):
    """What a callback raises."""


@pytest.fixture
def spec(beside_arrays: Callable[..., Path]) -> Path:
    return beside_arrays(SPEC, (16, 2, 2))


def test_a_training_calls_back_at_each_stage_and_a_finished_run_is_not_loaded_again(spec: Path, tmp_path: Path) -> None:
    recorder = Recorder()
    options = TrainOptions(spec, run=tmp_path / "named", create_missing=True, command="a test")
    outcome = train_single(options, callbacks=recorder)
    assert outcome is not None
    assert (outcome.epochs, outcome.signal, outcome.run.read_record()["command"]) == (2, None, "a test")
    at_first = ["compiled", "before loading", "loaded 16 samples", "begin 2 epochs", "tracing"]
    assert recorder.called == [*at_first, "epoch 1", "epoch 2", "end"]
    again = Recorder()
    assert train_single(options, callbacks=again) is None
    assert again.called == ["compiled"]


def test_the_end_is_called_whatever_ends_a_training(spec: Path, tmp_path: Path) -> None:
    class Failing(Recorder):
        def on_tracing(self) -> None:
            raise Stopped

    recorder = Failing()
    with pytest.raises(Stopped):
        train_single(TrainOptions(spec, runs=tmp_path / "runs"), callbacks=recorder)
    assert recorder.called[-1] == "end"


def test_repeats_begin_with_their_titles(spec: Path, tmp_path: Path) -> None:
    options, recorder = TrainOptions(spec, ("training.epochs=1",), tmp_path / "runs", seeds=2), Recorder()
    outcome = train_repeated(options, recorder)
    each = ["epoch 1", "end"]
    assert recorder.called[2:] == ["begin 1 epochs seed 0", *each, "begin 1 epochs seed 1", *each]
    assert [result.title for result in outcome.training.results] == ["seed 0", "seed 1"]


def test_numpy_and_tensorflow_are_imported_after_the_spec_is_compiled() -> None:
    modules = "tdcli.cli.display.training, tdcli.services.train.train, tdcli.services.train.train_repeats"
    code = f"import sys, {modules}; print([name for name in ('numpy', 'polars', 'tensorflow') if name in sys.modules])"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert imported.strip() == "[]"


def test_tensorflow_is_imported_after_the_data_are_read() -> None:
    modules = "tdcli.services.samples.prepare, tdcli.services.train.resume, tdcli.services.train.origin"
    code = f"import sys, {modules}; print('tensorflow' in sys.modules)"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert imported.strip() == "False"
