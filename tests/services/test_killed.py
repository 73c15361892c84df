"""`kill -9` at any moment leaves a run that goes on to the weights of one that was never killed.

A script as well: `python tests/services/test_killed.py --count 100 --seed 1`.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

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


def train(spec: Path, runs: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tdcli", "train", str(spec), "--runs", str(runs), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(spec: Path, runs: Path, *options: str) -> Path:
    """Train to the end and return the run's folder."""
    with train(spec, runs, *options) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return Path(out.strip())


def killed(spec: Path, runs: Path, after: float) -> Path | None:
    """Start a training, kill it so many seconds after it began to compile, and return its folder, if it has one."""
    with train(spec, runs) as process:
        assert process.stderr
        assert any(READY in line for line in process.stderr)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    return next((path for path in runs.glob("*/") if (path / "run.json").exists() and not path.is_symlink()), None)


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


def test_a_training_killed_at_a_random_moment_ends_as_one_that_was_not(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    assert campaign(1, seed, tmp_path) == [], f"seed {seed}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = campaign(arguments.count, arguments.seed, Path(name))
    sound = arguments.count - len(found)
    sys.stdout.write(f"{sound} of {arguments.count} ended with the same weights and history; others: {found}\n")
