"""Kill one of two workers at random moments; the same command, with one to three workers, must end as one process does.

python benchmarks/killed_workers.py [--count 20] [--seed 1]
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

SPEC = """architecture:
  {kind: many-to-one, input: {timesteps: 5, features: 2}, recurrent: {units: 6}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy, scale: standard, stream: true}
split: {validation: 0.2}
training: {epochs: 100, batch_size: 8, checkpoint: {every_epochs: 5}}
"""
READY = "compiling the training graph"
LONGEST = 4.0
"""Seconds that the killed training takes at most from there on."""


def write_spec(folder: Path) -> Path:
    """Write the spec beside its arrays."""
    rng = np.random.default_rng(0)
    np.save(folder / "x.npy", rng.normal(size=(93, 5, 2)).astype("float32"))
    np.save(folder / "y.npy", rng.normal(size=93).astype("float32"))
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return folder / "spec.yaml"


def train(spec: Path, run: Path, *options: str) -> "subprocess.Popen[str]":
    """Start a training."""
    command = [sys.executable, "-m", "tdcli", "train", str(spec), "--run", str(run), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def killed(spec: Path, run: Path, victim: int, after: float) -> tuple[int, str]:
    """Train in two workers, kill one of them, and return how the first one ended and what it said."""
    with train(spec, run, "--workers", "2") as first:
        any(READY in line for line in first.stderr or ())
        (other,) = psutil.Process(first.pid).children()
        time.sleep(after)
        with contextlib.suppress(psutil.NoSuchProcess):
            (other if victim else first).send_signal(signal.SIGKILL)
        said = first.communicate(timeout=60)[1]
        psutil.wait_procs([other], timeout=60)
    return first.returncode, said


def history(run: Path) -> np.ndarray:
    """Return the run's figures: `(epochs, columns)`."""
    return np.loadtxt(run / "history.csv", delimiter=",", skiprows=1)


def campaign(count: int, seed: int, folder: Path) -> list[str]:
    """Kill one of two workers `count` times and go on with 1 to 3; say what went otherwise than it should."""
    spec, drawn = write_spec(folder), random.Random(seed)
    with train(spec, folder / "whole") as whole:
        whole.communicate(timeout=300)
    wrong = []
    for number in range(count):
        run, victim, after = folder / str(number), drawn.randrange(2), drawn.uniform(0, LONGEST)
        workers = drawn.choice([(), ("--workers", "2"), ("--workers", "3")])
        code, said = killed(spec, run, victim, after)
        ended = code == 0 or (code == 1 and "lost-worker" in said if victim else code == -signal.SIGKILL)
        with train(spec, run, *workers) as again:
            said_again = again.communicate(timeout=300)[1]
        alike = again.returncode == 0 and np.allclose(history(run), history(folder / "whole"), rtol=1e-3)
        if not (ended and alike):
            wrong.append(f"worker {victim} killed after {after:.2f} s, on with {workers}: {code}, {said} {said_again}")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = campaign(arguments.count, arguments.seed, Path(name))
    print(f"{arguments.count - len(found)} of {arguments.count} went on to the same end; others: {found}")
