"""Train one trial, without a run folder. Loads TensorFlow."""

import math
from collections.abc import Callable

from tdcli.nn.runtime.tensorflow import forgetting_models
from tdcli.nn.training.callbacks import LoopCallbacks, Progress
from tdcli.nn.training.train import train
from tdcli.services.samples.prepare import Prepared
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.job import training_inputs
from tdcli.services.train.run_writer import find_epoch_results
from tdcli.services.tune.outcome import TrialEnding, TrialOutcome
from tdcli.spec.training import best_metric
from tdcli.text.errors import ExecutionError

MAX_REPORTS = 50
"""How many epochs of a trial are compared with other trials. Each comparison needs a transaction."""


def train_trial(
    compiled: Compiled, prepared: Prepared, should_prune: Callable[[int, float], bool], should_stop: Callable[[], bool]
) -> TrialOutcome:
    """Train until the last epoch or until a callable stops it. Raises ExecutionError if the loss is not finite."""
    training = compiled.spec.training
    monitored = best_metric(training, prepared.data.validation is not None)
    monitor = PruningMonitor(monitored, training.epochs, should_prune, should_stop)
    with forgetting_models():
        trained = train(training_inputs(compiled, prepared), monitor)
    if trained.failure:
        raise trained.failure
    epochs = len(trained.history)
    if trained.interrupted:
        return TrialOutcome(TrialEnding.INTERRUPTED if should_stop() else TrialEnding.PRUNED, epochs=epochs)
    value = find_epoch_results(trained.history, trained.best.epoch).get(monitor.name)
    if value is None:
        raise ExecutionError.of("loss-not-finite", f"`{monitor.name}` is not a number in any epoch")
    return TrialOutcome(TrialEnding.TRAINED, value, epochs)


class PruningMonitor(LoopCallbacks):
    """Reports the best value so far, at the same epochs of every trial, and decides when to stop the trial.

    name: the name of the metric that trials are compared by.
    """

    def __init__(
        self, name: str, epochs: int, should_prune: Callable[[int, float], bool], interrupted: Callable[[], bool]
    ) -> None:
        self.name, self.should_prune, self.interrupted = name, should_prune, interrupted
        self.interval = math.ceil(epochs / MAX_REPORTS)
        self.best: float | None = None
        self.is_pruned = False

    def should_stop(self) -> bool:
        """Return whether to stop the trial."""
        return self.is_pruned or self.interrupted()

    def on_progress(self, progress: Progress) -> None:
        """Report the finished epochs."""
        for epoch in progress.ended:
            number = int(epoch.results["epoch"])
            if epoch.best:
                self.best = epoch.results[self.name]
            if self.best is not None and number % self.interval == 0 and not self.is_pruned:
                self.is_pruned = self.should_prune(number, self.best)
