"""Does shuffling and dropout of our own end where those of `model.fit` end? The last validation loss, over seeds.

python benchmarks/training/seeds.py [--seeds 10]

`fit` is called epoch by epoch with samples in a new order: under a seed, Keras 3.15 repeats the first epoch's order.
"""

import argparse
import statistics

import numpy as np
from cases import SPECS
from keras_fit import arrays, compiled_model

from tdcli.data.dataset import Dataset
from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.training.inputs import TrainingInputs
from tdcli.nn.training.train import train
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import Compiled, compile_spec

SETTINGS = ("training.early_stopping=null", "training.epochs=15", "training.metrics=[]", "split.test=0.2")
DROPOUT = "architecture.recurrent={cell: GRU, units: 25, dropout: 0.2, recurrent_dropout: 0.1}"


def losses(compiled: Compiled, data: Dataset) -> tuple[float, float]:
    """Return the last validation loss of `fit` and of ours."""
    training = compiled.spec.training
    model, (x, y) = compiled_model(compiled), arrays(data.train, data, compiled)
    rng = np.random.default_rng(training.seed)
    for _ in range(training.epochs):
        order = rng.permutation(len(x))
        model.fit(x[order], y[order], batch_size=training.batch_size, shuffle=False, verbose=0)
    reference = model.evaluate(*arrays(data.validation, data, compiled), verbose=0)
    ours = train(TrainingInputs(compiled.plan, data, training, compiled.objective)).history
    return reference, ours[-1]["val_loss"]


def main() -> None:
    """Print mean and standard error of both, and how far apart they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    found = []
    for seed in range(parser.parse_args().seeds):
        compiled = compile_spec(SPECS / "temperature.yaml", [*SETTINGS, DROPOUT, f"training.seed={seed}"])
        data = prepare(compiled).data
        keras.backend.clear_session()
        found.append(losses(compiled, data))
        print(f"seed {seed}: fit {found[-1][0]:.4f}, tdcli {found[-1][1]:.4f}", flush=True)
    means = [statistics.mean(each) for each in zip(*found, strict=True)]
    errors = [statistics.stdev(each) / len(found) ** 0.5 for each in zip(*found, strict=True)]
    for name, mean, error in zip(("fit", "tdcli"), means, errors, strict=True):
        print(f"{name}: mean {mean:.4f}, standard error {error:.4f}")


if __name__ == "__main__":
    main()
