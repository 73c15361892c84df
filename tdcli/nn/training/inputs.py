"""Define the inputs of a training."""

from dataclasses import dataclass

from tdcli.data.dataset import Array, Dataset
from tdcli.plan.plan import Plan
from tdcli.spec.objective import Objective
from tdcli.spec.training import Training


@dataclass(frozen=True)
class TrainingInputs:
    """A plan, its data and its training settings.

    class_weights: a weight for each class code. None weights all classes equally.
    """

    plan: Plan
    data: Dataset
    training: Training
    objective: Objective
    class_weights: Array | None = None
