"""The training of one trial of many in a process. Loads TensorFlow."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from tdcli.nn.runtime.tensorflow import forget_models
from tdcli.nn.training.train import Progress, train
from tdcli.services.samples.prepare import Prepared
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.run_writer import results_of
from tdcli.spec.training import monitored
from tdcli.text.diagnostic import WorkFailure

MOST_REPORTS = 50
"""How many epochs of a trial are compared with those of others; each costs a transaction."""

Pruning = Callable[[int, float], bool]
"""Takes an epoch and the best figure so far; says whether to leave it at that."""


@dataclass(frozen=True)
class Tried:
    """What a training came to: its epochs, the best one's figure, and whether it went to its end."""

    epochs: int
    value: float | None
    stopped: bool


def train_trial(compiled: Compiled, prepared: Prepared, prunes: Pruning, stops: Callable[[], bool]) -> Tried:
    """Train without a run folder. Raises WorkFailure where the loss is not finite."""
    training, data = compiled.spec.training, prepared.data
    curve = _Curve(monitored(training, data.validation is not None), training.epochs, prunes)
    try:
        trained = train(
            compiled.plan, data, training, compiled.objective, prepared.class_weights, curve.follow,
            should_stop=lambda: curve.pruned or stops(),
        )  # fmt: skip
    finally:
        forget_models()
    if trained.failure:
        raise trained.failure
    value = results_of(trained.history, trained.best.epoch).get(curve.monitor)
    if value is None and not trained.interrupted:
        raise WorkFailure.of("loss-not-finite", f"no epoch's `{curve.monitor}` is a number")
    return Tried(len(trained.history), value, trained.interrupted)


class _Curve:
    """The best figure so far, told at the same epochs of every trial."""

    def __init__(self, monitor: str, epochs: int, prunes: Pruning) -> None:
        self.monitor, self.prunes = monitor, prunes
        self.every = math.ceil(epochs / MOST_REPORTS)
        self.best: float | None = None
        self.pruned = False

    def follow(self, progress: Progress) -> None:
        """Take in the epochs that ended."""
        for epoch in progress.ended:
            number = int(epoch.results["epoch"])
            if epoch.best:
                self.best = epoch.results[self.monitor]
            if self.best is not None and number % self.every == 0 and not self.pruned:
                self.pruned = self.prunes(number, self.best)
