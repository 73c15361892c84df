"""Define a training with a compiled spec and loaded data."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.nn.runtime.cluster import ALONE, WorkerInfo
from tdcli.services.specs.compile import Compiled

if TYPE_CHECKING:
    from tdcli.nn.training.inputs import TrainingInputs
    from tdcli.services.samples.prepare import Prepared
    from tdcli.services.train.resume import ResumePoint


@dataclass(frozen=True)
class TrainingJob:
    """What is trained, and where the result is written.

    runs: the folder for a new run folder. resume_point: the run to resume instead. command: the command in `run.json`.
    logs: the loggers, such as `mlflow:URI`. worker: the chief, if several processes train.
    """

    compiled: Compiled
    prepared: "Prepared"
    runs: Path
    command: str = ""
    logs: tuple[str, ...] = ()
    resume_point: "ResumePoint | None" = None
    worker: WorkerInfo = ALONE


def training_inputs(compiled: Compiled, prepared: "Prepared") -> "TrainingInputs":
    """Return the inputs of the training loop from a spec and its data."""
    from tdcli.nn.training.inputs import TrainingInputs

    training, objective = compiled.spec.training, compiled.objective
    return TrainingInputs(compiled.plan, prepared.data, training, objective, prepared.class_weights)
