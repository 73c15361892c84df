"""What workers on one machine send each other, beside what the plan says, and what a step takes them.

python benchmarks/workers.py [--workers 2 4] [--epochs 40]

Bytes are those of the loopback interface (Linux), so nothing else should use it meanwhile. A short training is taken
from a long one, so that starting up counts in neither bytes nor seconds.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tdcli.plan.exchange import exchange
from tdcli.services.specs.compile import compile_spec

SPEC = """architecture:
  kind: many-to-one
  input: {timesteps: 20, features: 64}
  recurrent: {units: 256}
  outputs: 1
data: {source: npy, x: x.npy, y: y.npy}
training: {batch_size: 64, checkpoint: {every_seconds: 3600}}
"""
SAMPLES, BATCH_SIZE, SHORT = 640, 64, 5


def main() -> None:
    """Print bytes and seconds a step for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--epochs", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        spec = written(Path(name))
        plan = compile_spec(spec).plan
        alone, _ = a_step(spec, given.epochs, ())
        print(f"1 worker: {alone * 1000:.1f} ms a step")
        for count in given.workers:
            seconds, sent = a_step(spec, given.epochs, ("--workers", str(count)))
            said = exchange(plan, count).sent_bytes
            print(
                f"{count} workers: each sends {sent / count:,.0f} bytes a step, {sent / count / said:.3f} times the "
                f"{said:,} of the plan; {seconds * 1000:.1f} ms a step, {seconds / alone:.2f} times one worker's"
            )


def written(folder: Path) -> Path:
    """Write the spec and its arrays."""
    rng = np.random.default_rng(0)
    np.save(folder / "x.npy", rng.normal(size=(SAMPLES, 20, 64)).astype("float32"))
    np.save(folder / "y.npy", rng.normal(size=SAMPLES).astype("float32"))
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return folder / "spec.yaml"


def a_step(spec: Path, epochs: int, options: Sequence[str]) -> tuple[float, float]:
    """Return the seconds and the bytes on the loopback interface that a step takes."""
    short, long = (trained(spec, each, options) for each in (SHORT, epochs))
    steps = (epochs - SHORT) * SAMPLES // BATCH_SIZE
    return (long[0] - short[0]) / steps, (long[1] - short[1]) / steps


def trained(spec: Path, epochs: int, options: Sequence[str]) -> tuple[float, int]:
    """Return the seconds and the loopback bytes of a whole training."""
    command = [sys.executable, "-m", "tdcli", "train", spec, "--runs", spec.parent / "runs", "--quiet"]
    before, began = loopback_bytes(), time.perf_counter()
    subprocess.run([*command, "--set", f"training.epochs={epochs}", *options], check=True, capture_output=True)
    return time.perf_counter() - began, loopback_bytes() - before


def loopback_bytes() -> int:
    """Return how many bytes went over the loopback interface since the machine was started."""
    lines = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()
    return next(int(line.split(":")[1].split()[0]) for line in lines if line.strip().startswith("lo:"))


if __name__ == "__main__":
    main()
