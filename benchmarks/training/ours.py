"""What `tdcli train` does."""

import time

from timing import Seconds, summed

from tdcli.data._dataset import Dataset
from tdcli.nn.train import Progress, train
from tdcli.services.compile import Compiled


def ours(compiled: Compiled, data: Dataset) -> Seconds:
    """Train, with the display's calls and without what is written."""
    ends: list[float] = []
    began = time.perf_counter()

    def note(progress: Progress) -> None:
        ends.extend([time.perf_counter()] * len(progress.ended))

    train(compiled.plan, data, compiled.spec.training, compiled.objective, None, note)
    return summed(began, ends)
