"""What checkpoints cost: trainings that write one as often as the clock allows, against trainings that write none.

python benchmarks/checkpoints.py [--runs 5] [--epochs 200]

Both train the cnn-lstm (1.3 million weights) in one process, in turn, after one training that is not counted.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tdcli.nn.runtime.tensorflow import keras
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.train import train_job

SPEC = Path(__file__).parents[1] / "specs" / "cnn_lstm.yaml"
NEVER, ALWAYS = 1_000_000, 1
"""Seconds that a checkpoint waits at least."""


def seconds(epochs: int, every_seconds: int) -> float:
    """Return how long a training takes; its end writes the same files either way."""
    settings = [f"training.epochs={epochs}", f"training.checkpoint={{every_seconds: {every_seconds}}}"]
    compiled = compile_spec(SPEC, settings)
    prepared = prepare(compiled)
    keras.backend.clear_session()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        train_job(TrainingJob(compiled, prepared, Path(folder), "benchmarks/checkpoints.py"))
        return time.perf_counter() - began


def main() -> None:
    """Print the median of both, and the median of their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=200)
    arguments = parser.parse_args()
    seconds(2, NEVER)
    pairs = []
    for run in range(arguments.runs):
        order = (ALWAYS, NEVER) if run % 2 else (NEVER, ALWAYS)  # what comes second may be slower for that alone
        took = {every: seconds(arguments.epochs, every) for every in order}
        pairs.append((took[ALWAYS], took[NEVER]))
    written, bare = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratios = [one / other for one, other in pairs]
    print(f"{written:.1f} s with checkpoints, {bare:.1f} s without; ratio {statistics.median(ratios):.3f}", end=" ")
    print(f"({min(ratios):.3f} to {max(ratios):.3f})")


if __name__ == "__main__":
    main()
