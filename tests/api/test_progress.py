"""What a notebook shows while a program trains."""

import sys
import time
import types
from collections.abc import Mapping
from pathlib import Path

import pytest

import tdcli
from tdcli.api import progress
from tdcli.api.progress import NotebookProgress
from tdcli.nn.training.callbacks import EpochResult, Progress
from tdcli.text.diagnostic import Diagnostic

ECHO = {
    "name": "echo",
    "architecture": {
        "kind": "many-to-one",
        "input": {"timesteps": 3, "features": 1},
        "recurrent": {"units": 2},
        "outputs": 3,
    },
    "data": {"source": "synthetic", "task": "echo", "length": 3},
    "training": {"epochs": 2},
}


class FakeOutput:
    """An output of a notebook's cell: each that is shown, texts by their media types."""

    def __init__(self) -> None:
        self.shown: list[Mapping[str, str]] = []

    def update(self, shown: Mapping[str, str], *, raw: bool) -> None:
        assert raw
        self.shown.append(shown)

    def last(self, kind: str) -> str:
        return self.shown[-1][f"text/{kind}"]


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> FakeOutput:
    """Let every training of a test be one in a notebook."""
    output = FakeOutput()
    monkeypatch.setattr(progress, "_find_notebook_output", lambda: output)
    return output


def ended(epoch: int, loss: float) -> EpochResult:
    return EpochResult({"epoch": epoch, "loss": loss, "val_loss": loss}, best=True)


def test_callbacks_are_called_beside_what_is_shown(output: FakeOutput, tmp_path: Path) -> None:
    epochs: list[int] = []
    callbacks = tdcli.Callbacks(
        on_progress=lambda progress: epochs.append(progress.epoch), should_stop=lambda: len(epochs) >= 1
    )
    stopped = tdcli.train(tdcli.load(ECHO, {"training.epochs": 200_000}), runs=tmp_path, callbacks=callbacks)
    assert epochs
    assert stopped.summary.state == "interrupted"
    assert "epoch " in output.last("plain")
    shown = len(output.shown)
    tdcli.train(tdcli.load(ECHO), runs=tmp_path, progress=False)
    assert len(output.shown) == shown


def test_a_notebook_is_updated_seldom_and_keeps_the_last_state(output: FakeOutput, tmp_path: Path) -> None:
    began = time.monotonic()
    tdcli.train(tdcli.load(ECHO, {"training.epochs": 2000}), runs=tmp_path)
    assert 2 <= len(output.shown) <= (time.monotonic() - began) / progress.SECONDS_BETWEEN_UPDATES + 2
    assert "starting TensorFlow" in output.shown[0]["text/html"]
    assert "epoch 2000/2000" in output.last("plain")
    assert ">2,000 epochs" in output.last("html")


def test_updates_that_follow_each_other_closely_are_left_out_but_for_the_last(
    output: FakeOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_UPDATES", 3600)
    shown = NotebookProgress(output)
    shown.on_train_begin(100)
    for epoch in range(1, 51):
        shown.on_progress(Progress(epoch, 1, 1, (ended(epoch, 1 / epoch),)))
    assert len(output.shown) == 1
    shown.close()
    assert len(output.shown) == 2
    assert "50 of 100 epochs · the best is epoch 50" in output.last("html")
    assert "epoch 50/100\n" in output.last("plain")


def test_what_a_training_warns_of_stays_above_its_curves(output: FakeOutput) -> None:
    shown = NotebookProgress(output)
    shown.on_compiled(tdcli.load(ECHO, {"architecture.recurrent.activation": "relu"}).compiled)
    shown.on_train_begin(2)
    shown.on_progress(Progress(1, 1, 1, (ended(1, 3.0),), (Diagnostic.warning("too-steep", "it grows", "clip it"),)))
    shown.on_message("a logger <left>")
    shown.on_progress(Progress(2, 1, 1, (ended(2, 2.0),)))
    shown.close()
    told = ["warning[unbounded-recurrence]", "warning[too-steep]", "help: clip it", "a logger <left>", "epoch 2/2"]
    places = [output.last("plain").index(each) for each in told]
    assert places == sorted(places)
    told = [
        "warning[unbounded-recurrence]",
        "warning[too-steep]",
        "clip it",
        "a logger &lt;left&gt;",
        "2 epochs",
        "loss",
    ]
    places = [output.last("html").index(each) for each in told]
    assert places == sorted(places)


def test_a_training_that_fails_leaves_its_last_state(output: FakeOutput, tmp_path: Path) -> None:
    steep = {"training.epochs": 50, "training.optimizer": {"name": "sgd", "learning_rate": 1e18}}
    with pytest.raises(tdcli.ExecutionError, match="the loss became"):
        tdcli.train(tdcli.load(ECHO, steep), runs=tmp_path)
    assert "of 50 epochs" in output.last("html")


def test_a_training_that_does_not_begin_leaves_no_curves(output: FakeOutput, tmp_path: Path) -> None:
    data = {"data": {"source": "csv", "path": str(tmp_path / "empty.csv"), "features": ["a"], "target": "a"}}
    (tmp_path / "empty.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(tdcli.SpecError):
        tdcli.train(ECHO | data, runs=tmp_path)
    assert [each["text/plain"] for each in output.shown] in ([], [""])


def test_only_a_shell_with_a_kernel_is_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    displayed: list[object] = []
    display = types.SimpleNamespace(display=lambda *shown, **how: displayed.append((shown, how)) or "an output")
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    for shell, found in ((None, None), (object(), None), (types.SimpleNamespace(kernel=1), "an output")):
        monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert progress._find_notebook_output() == found
    assert len(displayed) == 1
