"""The shipped specs reach what was published for their data. Sources: the header of each spec.

`benchmarks/published.py` trains those on real data from several seeds, and indoor_movement there alone.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.services.evaluate.evaluate import Evaluation, evaluate
from tdcli.services.evaluate.open_model import TrainedModel, load_held_out_part, open_model
from tdcli.services.evaluate.predict import predict
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.train import train_job

SPECS = Path(__file__).parents[3] / "specs"


def trained(name: str, folder: Path, *settings: str) -> TrainedModel:
    """Train a shipped spec and open its run."""
    compiled = compile_spec(SPECS / f"{name}.yaml", settings)
    outcome = train_job(TrainingJob(compiled, prepare(compiled), folder, "a test"))
    return open_model(outcome.run.path)


def evaluated(name: str, folder: Path, *settings: str) -> Evaluation:
    run = trained(name, folder, *settings)
    return evaluate(run, load_held_out_part(run))


@pytest.mark.parametrize(
    ("name", "epochs", "batch_size"), [("one_to_one", 1000, 5), ("many_to_one", 500, 1), ("many_to_many", 1000, 1)]
)
def test_the_echo_models_repeat_the_sequence_after_the_tutorials_training(
    name: str, epochs: int, batch_size: int, tmp_path: Path
) -> None:
    run = trained(name, tmp_path)
    assert (run.compiled.spec.training.epochs, run.compiled.spec.training.batch_size) == (epochs, batch_size)
    outputs: Any = predict(run, load_held_out_part(run)).outputs
    assert np.abs(outputs.ravel() - [0.0, 0.2, 0.4, 0.6, 0.8]).max() < 0.04
    _, *lines = predict(run, load_held_out_part(run), decimals=1).to_csv().splitlines()
    printed = [cell for line in lines for cell in line.split(",") if "." in cell]
    assert printed == ["0.0", "0.2", "0.4", "0.6", "0.8"]


def test_basic_motions_are_told_apart_as_well_as_by_dynamic_time_warping(tmp_path: Path) -> None:
    found = evaluated("basic_motions", tmp_path)
    assert found.samples == 40
    assert found.scores.figures["accuracy"] >= 0.975
