"""What training looks like: in a terminal, in a file, to a program, and from another process."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tdcli.report.terminal.progress import progress_lines
from tdcli.services.runs.watch import TrainingView, WatchedRun

SPECS = Path(__file__).parents[2] / "specs"
HISTORY = [
    {"epoch": 1, "loss": 0.9, "val_loss": 0.8},
    {"epoch": 2, "loss": 0.5, "val_loss": 0.4},
    {"epoch": 3, "loss": 0.1, "val_loss": 0.61},
]
TRAINING = TrainingView(12, 3.5, 0.5, HISTORY, 2, 60.0, 1234.5, 890_000_000)


def test_a_wide_screen_has_bar_curves_best_values_pace_and_memory() -> None:
    assert progress_lines(TRAINING, 100) == [
        "[============----------------------------] epoch 4/12  2:50 left",
        "loss      0.1        █▅▁                             best 0.5 (epoch 2)",
        "val_loss  0.61       █▁▅                             best 0.4 (epoch 2)",
        "1,234 steps/s  890 MB",
    ]


def test_a_narrow_screen_has_no_curves_and_no_line_is_longer_than_it() -> None:
    lines = progress_lines(TRAINING, 40)
    assert lines[1] == "loss      0.1        best 0.5 (epoch 2)"
    assert max(map(len, lines)) <= 40
    assert all(len(line) <= 20 for line in progress_lines(TRAINING, 20))


def test_a_terminal_of_ascii_alone_gets_no_blocks() -> None:
    assert "".join(progress_lines(TRAINING, 100, blocks=False)).isascii()


def test_before_the_first_epoch_there_is_a_bar_alone() -> None:
    assert progress_lines(TrainingView(12, 0.25), 100) == [
        "[=---------------------------------------] epoch 1/12  0:00 left"
    ]


def in_terminal(arguments: list[str], folder: Path, **environment: str) -> str:
    """Run a command in a terminal of 100 columns, and return what it wrote."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "tdcli", *arguments]
    settings = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40", **environment}
    with subprocess.Popen(
        command, cwd=folder, stdin=follower, stdout=follower, stderr=follower, env={**os.environ, **settings}
    ) as process:
        os.close(follower)
        written = b""
        while True:
            try:
                chunk = os.read(leader, 2**16)
            except OSError:  # the terminal is closed at the other end
                break
            if not chunk:
                break
            written += chunk
    os.close(leader)
    assert process.returncode == 0, written
    return written.decode()


def without_escapes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


def test_a_terminal_shows_curves_while_it_trains_and_the_outcome_after(tmp_path: Path) -> None:
    spec = str(SPECS / "many_to_one.yaml")
    written = in_terminal(["train", spec, "--set", "training.epochs=1200"], tmp_path)
    plain = without_escapes(written)
    assert "compiling the training graph ..." in plain
    assert re.search(r"epoch \d+/1200", plain)
    assert re.search(r"[▁▂▃▄▅▆▇█]{5,}", plain)
    *_, outcome, best, following, path = plain.strip().splitlines()
    assert outcome.endswith("s")
    assert "done after 1200 epochs" in outcome
    assert re.match(r"best epoch \d+: loss ", best)
    assert following.startswith("next: tdcli evaluate runs/")
    assert (tmp_path / path).is_dir()


def test_no_color_is_respected(tmp_path: Path) -> None:
    written = in_terminal(["check", str(SPECS / "many_to_one.yaml")], tmp_path, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", written)


def test_quiet_leaves_the_folder_alone_to_be_read(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    spec = SPECS / "many_to_one.yaml"
    ended = tdcli("train", spec, "--runs", tmp_path, "--set", "training.epochs=3", "--quiet")
    assert ended.err == ""
    assert Path(ended.out.strip()).parent == tmp_path


def test_programs_get_an_object_an_epoch_and_one_for_the_run(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    spec = SPECS / "many_to_one.yaml"
    ended = tdcli("train", spec, "--runs", tmp_path, "--set", "training.epochs=3", "--format", "json")
    *epochs, run = map(json.loads, ended.out.splitlines())
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3]
    assert all(isinstance(epoch["loss"], float) and epoch["best"] for epoch in epochs)
    assert (run["state"], run["best_epoch"], run["best"]["loss"]) == ("done", 3, epochs[-1]["loss"])


def test_watching_follows_a_run_of_another_process_to_its_end(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    command = [sys.executable, "-m", "tdcli", "train", str(SPECS / "temperature.yaml"), "--runs", str(tmp_path)]
    with subprocess.Popen([*command, "--set", "training.epochs=500"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert any(line.startswith(("epoch 5/", "epoch 10/")) for line in process.stderr)
        watched = WatchedRun(tmp_path / "latest")
        assert watched.state == "running"
        assert watched.epochs == 500
        assert watched.view().memory
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert watched.state == "interrupted"
    ended = tdcli("watch", tmp_path / "latest")
    lines = ended.out.splitlines()
    assert len(lines) == len(watched.run.read_history()) + 1
    assert lines[0].startswith("epoch 1/500  loss ")
    assert re.fullmatch(rf".*-temperature: interrupted, {len(lines) - 1} of 500 epochs", lines[-1])
