"""`kill -9` at any moment leaves a run that goes on to the weights of one that was never killed.

A script as well: `python tests/services/train/test_killed.py --count 100 --seed 1`.
"""

import argparse
import contextlib
import io
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from tdcli.cli.app import main as tdcli

SPEC = """architecture: {kind: many-to-one, input: {timesteps: 6, features: 3}, recurrent: {units: 8}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy, scale: standard}
split: {validation: 0.25}
training: {epochs: 1000, batch_size: 4, checkpoint: {every_epochs: 50}}
"""
# Said once the training graph is to be compiled: from there on the run folder is there, or about to be.
READY = "compiling the training graph"


def written(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    np.save(folder / "x.npy", rng.normal(size=(24, 6, 3)).astype("float32"))
    np.save(folder / "y.npy", rng.normal(size=24).astype("float32"))
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return folder / "spec.yaml"


def finished(spec: Path, runs: Path, *options: str) -> Path:
    """Train to the end, in this process, and return the run's folder."""
    command = ["tdcli", "train", str(spec), "--runs", str(runs), "--quiet", *options]
    stdout = contextlib.redirect_stdout(io.StringIO())
    with patch("sys.argv", command), stdout as out, contextlib.suppress(SystemExit):
        tdcli()
    return Path(out.getvalue().strip())


def killed(spec: Path, runs: Path, after: float) -> Path | None:
    """Start a training, kill it so many seconds after it began to compile, and return its folder, if it has one."""
    command = [sys.executable, "-m", "tdcli", "train", str(spec), "--runs", str(runs)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert any(READY in line for line in process.stderr)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    return next((path for path in runs.glob("*/") if (path / "run.json").exists() and not path.is_symlink()), None)


KILLED_AT_A_WRITE = """
import os, signal, sys
from tdcli.cli.app import main
left, synced = int(sys.argv.pop(1)), os.fsync
def fsync(file):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    synced(file)
os.fsync = fsync
main()
"""
"""Writes are counted from 1: the spec, the record, then those of the first checkpoint."""


def killed_at_write(spec: Path, runs: Path, write: int) -> Path:
    """Start a training that is killed in its n-th write, before the file is in its place; return its folder."""
    command = [sys.executable, "-c", KILLED_AT_A_WRITE, str(write), "train", str(spec), "--runs", str(runs), "-q"]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return next(path for path in runs.iterdir() if not path.is_symlink())


def alike(one: Path, other: Path) -> bool:
    """Say whether two runs ended with the same variables and the same history, to the last bit."""
    with np.load(one / "state.npz") as ours, np.load(other / "state.npz") as theirs:
        same = ours.files == theirs.files and all(np.array_equal(ours[name], theirs[name]) for name in ours.files)
    return same and (one / "history.csv").read_bytes() == (other / "history.csv").read_bytes()


def campaign(count: int, seed: int, folder: Path) -> list[float]:
    """Kill and resume `count` trainings; return after how many seconds those were killed that ended otherwise."""
    spec, moments = written(folder), random.Random(seed)
    began = time.perf_counter()
    whole = finished(spec, folder / "whole")
    longest = max(2.0, (time.perf_counter() - began) / 2)
    others = []
    for number in range(count):
        after, runs = moments.uniform(0, longest), folder / str(number)
        run = killed(spec, runs, after)
        if run is not None and not alike(finished(spec, runs, "--resume", str(run)), whole):
            others.append(after)
    return others


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = written(tmp_path_factory.mktemp("whole"))
    return finished(spec, spec.parent / "runs", "--set", "training.epochs=50")


@pytest.mark.parametrize(
    "write", [*(pytest.param(each, marks=pytest.mark.long) for each in (1, 2)), random.Random(3).randrange(3, 9)]
)
def test_a_training_killed_in_a_write_goes_on_and_clears_what_it_left(write: int, whole: Path, tmp_path: Path) -> None:
    spec = written(tmp_path)
    run = killed_at_write(spec, tmp_path / "runs", write)
    assert [path.name[0] for path in run.iterdir()].count(".") == 1
    assert (run / "run.json").exists() == (write > 2)
    resumed = finished(spec, tmp_path / "runs", "--resume", str(run), "--set", "training.epochs=50")
    assert resumed == run
    assert alike(run, whole)
    assert not list((tmp_path / "runs").rglob(".*"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = campaign(arguments.count, arguments.seed, Path(name))
    sound = arguments.count - len(found)
    sys.stdout.write(f"{sound} of {arguments.count} ended with the same weights and history; others: {found}\n")
