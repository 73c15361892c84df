"""What an epoch adds up over its batches: the loss and the metrics of all its samples."""

from typing import Any

from tdcli.nn.objective import Metrics
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

    def add(self, loss: Any, measured: Any, outputs: Any, valid: Any) -> None:
        """Add a batch: its mean loss, and targets and outputs in the data's units."""
        count = tf.reduce_sum(valid)
        self.loss.assign_add(loss * count)
        self.valid.assign_add(count)
        self.metrics.update(measured, outputs, valid)

    def results(self) -> list[Any]:
        """Return the mean loss and the metrics."""
        return [self.loss / tf.maximum(self.valid, 1.0), *self.metrics.results()]

    def variables(self) -> list[Any]:
        """Return all that it adds up."""
        return [self.loss, self.valid, *self.metrics.variables()]
