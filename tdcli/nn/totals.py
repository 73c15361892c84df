"""What an epoch adds up over its batches: the loss and the metrics of all its samples."""

from typing import Any

from tdcli.nn.objective import Metrics
from tdcli.nn.replicas import Replicas
from tdcli.nn.start import tf
from tdcli.spec.objective import Objective


class Totals:
    """Means over valid samples or steps, as `model.fit` reports them: a short last batch counts for its size."""

    def __init__(self, objective: Objective) -> None:
        self.metrics = Metrics(objective)
        self.loss, self.valid = tf.Variable(0.0), tf.Variable(0.0)

    def restart(self) -> None:
        """Forget the epoch before."""
        self.loss.assign(0.0)
        self.valid.assign(0.0)
        self.metrics.reset()

    def add(self, loss: Any, count: Any) -> None:
        """Add a batch's mean loss over `count` valid samples or steps."""
        self.loss.assign_add(loss * count)
        self.valid.assign_add(count)

    def measure(self, measured: Any, outputs: Any, valid: Any) -> None:
        """Add samples to the metrics: targets and outputs in the data's units."""
        self.metrics.update(measured, outputs, valid)

    def gather(self, replicas: Replicas, *, for_all: bool) -> None:
        """Add up what each process measured: for all of them, or for the first one, and nothing for the others."""
        sums = self.metrics.variables() if replicas.processes > 1 else []
        for variable, total in zip(sums, replicas.summed_over_processes(sums) if sums else [], strict=True):
            variable.assign(total if for_all or replicas.is_first else tf.zeros_like(total))

    def leave_to_first(self, replicas: Replicas) -> None:
        """Forget what was measured where the first process has it as well."""
        if not replicas.is_first:
            self.metrics.reset()

    def results(self) -> list[Any]:
        """Return the mean loss and the metrics."""
        return [self.loss / tf.maximum(self.valid, 1.0), *self.metrics.results()]

    def variables(self) -> list[Any]:
        """Return all that it adds up."""
        return [self.loss, self.valid, *self.metrics.variables()]
