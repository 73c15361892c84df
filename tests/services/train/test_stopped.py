"""What stops a training from outside is said, and the last checkpoint goes on from where it stood."""

import contextlib
import io
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tdcli.cli.app import main
from tdcli.runs.folder import open_run_folder
from tdcli.services.train.checkpoint import read_state

SPEC = """architecture: {kind: many-to-one, input: {timesteps: 6, features: 3}, recurrent: {units: 8}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy, stream: true}
training: {epochs: 3000, batch_size: 4, checkpoint: {every_epochs: 10}}
"""
LARGEST_FILE = 24_000
"""Bytes; what is beyond is refused by the operating system, as on a full disk. Checkpoints outgrow it in time."""


class Listener(io.StringIO):
    """Takes what is said, and does something once that is epoch 60."""

    def __init__(self, at_epoch_60: Callable[[], object]) -> None:
        super().__init__()
        self.at_epoch_60 = at_epoch_60
        self.waits = True

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.waits and "\nepoch 60/" in self.getvalue():
            self.waits = False
            self.at_epoch_60()
        return written


@pytest.fixture
def spec(beside_arrays: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    spec = beside_arrays(SPEC, (40, 6, 3))
    monkeypatch.chdir(spec.parent)
    monkeypatch.setattr("sys.argv", ["tdcli", "train", "spec.yaml"])
    return spec


def stopped(*options: str, at_epoch_60: Callable[[], object] = bool) -> tuple[object, str]:
    """Train, do something on the way, and return exit code and what was said."""
    sys.argv += options
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(Listener(at_epoch_60)) as said,
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return ended.value.code, said.getvalue()


def test_a_data_file_that_vanishes_is_named_with_the_command_that_goes_on(spec: Path) -> None:
    code, said = stopped(at_epoch_60=(spec.parent / "x.npy").unlink)
    assert code == 1
    assert "error[unreadable-data]: `x.npy` can no longer be read: No such file or directory" in said
    assert "resume from the last checkpoint with: tdcli train runs/" in said
    state = read_state(open_run_folder(spec.parent / "runs" / "latest"))
    assert state
    assert len(state.history) >= 50


def test_a_file_cut_short_is_named_too(spec: Path) -> None:
    code, said = stopped(at_epoch_60=lambda: os.truncate(spec.parent / "x.npy", 500))
    assert code == 1
    assert "`x.npy` can no longer be read: it ends early" in said


def test_a_disk_that_takes_no_more_leaves_the_last_checkpoint(spec: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, limits[1]))
    try:
        code, said = stopped()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert code == 1
    assert "error[cannot-write]: cannot write `runs/" in said
    assert "resume from the last checkpoint with: tdcli train" in said
    run = open_run_folder(spec.parent / "runs" / "latest")
    state = read_state(run)
    assert state
    assert not [path for path in run.path.iterdir() if path.name.startswith(".")]


def test_a_place_where_nothing_may_be_written_is_reported_before_training(spec: Path) -> None:
    (spec.parent / "taken").touch()
    code, said = stopped("--runs", "taken/runs")
    assert code == 1
    assert "error[cannot-write]: cannot write `taken/runs`" in said
