"""Time training against `model.fit` on the same model, data and batches, in turn, in one process.

python benchmarks/training.py [--runs 5]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data._dataset import Dataset, Part
from tdcli.nn.build import build_core
from tdcli.nn.schedule import keras_optimizer
from tdcli.nn.start import keras, seeded
from tdcli.nn.train import train
from tdcli.services.compile import Compiled, compile_spec
from tdcli.services.prepare import prepare

SPECS = Path(__file__).parents[1] / "specs"
CNN_LSTM = ("split.validation=0", "training.metrics=[]")
# What is measured, the spec, what is set in it, and the epochs of a run.
CASES = {
    "one-to-one, 200 epochs": ("one_to_one", ("training.metrics=[]",), 200),
    "many-to-many, 200 epochs": ("many_to_many", ("training.metrics=[]",), 200),
    "cnn-lstm, 10 frames": ("cnn_lstm", CNN_LSTM, 4),
    "cnn-lstm, 60 frames": ("cnn_lstm", (*CNN_LSTM, "architecture.input.timesteps=60", "data.samples=40"), 3),
}
Seconds = tuple[float, float, float]
"""The first epoch with its compilation, the mean of the others, all together."""


def ours(compiled: Compiled, data: Dataset) -> Seconds:
    """Train as `tdcli train` does."""
    ends: list[float] = []
    began = time.perf_counter()
    show = lambda progress: ends.extend([time.perf_counter()] * len(progress.ended))  # noqa: E731 (one line)
    train(compiled.plan, data, compiled.spec.training, compiled.objective, None, show)
    return summed(began, ends)


def fit(compiled: Compiled, data: Dataset) -> Seconds:
    """Train stock layers with `model.fit`."""
    training, objective = compiled.spec.training, compiled.objective
    ends: list[float] = []
    began = time.perf_counter()
    seeded(training.seed, training.deterministic)
    core = build_core(compiled.plan)
    core.compile(keras_optimizer(training.optimizer), loss=objective.loss)
    ended = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, __: ends.append(time.perf_counter()))
    target = target_of(data.train, objective)
    core.fit(data.train.x, target, epochs=training.epochs, batch_size=training.batch_size, callbacks=[ended], verbose=0)
    return summed(began, ends)


def target_of(part: Part, objective: Any) -> Any:
    """Return the target in the form that the loss reads."""
    return np.eye(objective.units)[part.y] if objective.form(objective.loss) == "one-hot" else part.y


def summed(began: float, ends: list[float]) -> Seconds:
    """Return the seconds of the first epoch, of a later one on average, of all."""
    return ends[0] - began, (ends[-1] - ends[0]) / (len(ends) - 1), ends[-1] - began


def compared(name: str, settings: tuple[str, ...], epochs: int, runs: int) -> list[tuple[str, float, float]]:
    """Return what is measured with the medians of `fit` and of ours, taken in turn."""
    compiled = compile_spec(SPECS / f"{name}.yaml", [*settings, f"training.epochs={epochs}"])
    data = prepare(compiled).data
    ways: dict[str, Callable[[Compiled, Dataset], Seconds]] = {"fit": fit, "ours": ours}
    times: dict[str, list[Seconds]] = {way: [] for way in ways}
    for _ in range(runs):
        for way, measure in ways.items():
            keras.backend.clear_session()
            times[way].append(measure(compiled, data))
    medians = {way: [statistics.median(each) for each in zip(*found, strict=True)] for way, found in times.items()}
    kinds = ("first epoch", "epoch", "all")
    return [(kind, *pair) for kind, *pair in zip(kinds, medians["fit"], medians["ours"], strict=True)]


def main() -> None:
    """Print a row for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(f"{'case':<28}{'measured':<14}{'fit':>10}{'tdcli':>10}{'times':>8}")
    for case, (name, settings, epochs) in CASES.items():
        for kind, reference, measured in compared(name, settings, epochs, runs):
            print(f"{case:<28}{kind:<14}{reference:>9.4f}s{measured:>9.4f}s{reference / measured:>7.1f}x", flush=True)


if __name__ == "__main__":
    main()
