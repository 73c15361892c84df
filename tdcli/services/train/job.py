"""A training whose spec is sound and whose data are loaded."""

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
    """What is trained, and where it is written to.

    runs: where a new run folder is made; resume_point: the run to go on with instead. command: what `run.json` says
    started it. logs: what else records it, as `mlflow:URI`. worker: where several processes train, the chief.
    """

    compiled: Compiled
    prepared: "Prepared"
    runs: Path
    command: str = ""
    logs: tuple[str, ...] = ()
    resume_point: "ResumePoint | None" = None
    worker: WorkerInfo = ALONE


def training_inputs(compiled: Compiled, prepared: "Prepared") -> "TrainingInputs":
    """Return what the training loop needs of a spec and its data."""
    from tdcli.nn.training.inputs import TrainingInputs

    training, objective = compiled.spec.training, compiled.objective
    return TrainingInputs(compiled.plan, prepared.data, training, objective, prepared.class_weights)
