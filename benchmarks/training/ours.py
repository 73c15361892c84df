"""What `tdcli train` does."""

import time

from timing import Seconds, summed

from tdcli.data.dataset import Dataset
from tdcli.nn.training.callbacks import LoopCallbacks, Progress
from tdcli.nn.training.inputs import TrainingInputs
from tdcli.nn.training.train import train
from tdcli.services.specs.compile import Compiled


def ours(compiled: Compiled, data: Dataset) -> Seconds:
    """Train, with the display's calls and without what is written."""
    ends: list[float] = []
    began = time.perf_counter()

    def note(progress: Progress) -> None:
        ends.extend([time.perf_counter()] * len(progress.ended))

    inputs = TrainingInputs(compiled.plan, data, compiled.spec.training, compiled.objective)
    train(inputs, LoopCallbacks(on_progress=note))
    return summed(began, ends)
