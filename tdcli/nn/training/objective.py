"""Compute loss and metrics with explicit weights, and add them up over an epoch."""

from typing import Any

from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import Tensor
from tdcli.spec.losses import METRICS
from tdcli.spec.objective import Objective


def encode_target(target: Tensor, form: str, units: int) -> Tensor:
    """Encode the target as the loss or metric expects it.

    Class codes `(...)` become one-hot `(..., units)`, a column `(..., 1)`, or stay codes. Numbers are not changed.
    """
    if form == "one-hot":
        return tf.one_hot(target, units)
    if form == "binary":
        return tf.cast(target[..., tf.newaxis], "float32")
    return target


def loss_sum(objective: Objective, target: Tensor, outputs: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted sum of the losses of all samples in a batch, or of all their timesteps.

    weight: `(batch,)`, or `(batch, time)` for one output per timestep. The caller divides the sum by the number of
    valid samples or timesteps, because Keras's own reductions also count the padded timesteps.
    """
    function = keras.losses.get(objective.loss)
    losses = function(encode_target(target, objective.form(objective.loss), objective.units), outputs)
    return tf.reduce_sum(losses * weight)


class Metrics:
    """Keras metrics with explicit weights, in the data's units."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.metrics = [(name, _keras_metric(name, objective)) for name in objective.metrics]

    def reset(self) -> None:
        """Start a new epoch."""
        for _, metric in self.metrics:
            metric.reset_state()

    def update(self, target: Tensor, outputs: Tensor, valid: Tensor) -> None:
        """Add a batch. valid: `(batch,)` or `(batch, time)`, 0 for padding."""
        for name, metric in self.metrics:
            expected = encode_target(target, self.objective.form(name), self.objective.units)
            metric.update_state(*_flatten_steps(expected, outputs, valid, self.objective.form(name)))

    def state(self) -> dict[str, Tensor]:
        """Return the variables of the metrics, by name."""
        return {
            f"{name}/{variable.name}": variable.value for name, metric in self.metrics for variable in metric.variables
        }

    def results(self) -> list[Tensor]:
        """Return the values of the metrics, in the order of the objective."""
        return [metric.result() for _, metric in self.metrics]


def _keras_metric(name: str, objective: Objective) -> Any:
    title = METRICS[name]
    if name == "accuracy":
        titles = {"sparse": "SparseCategoricalAccuracy", "binary": "BinaryAccuracy", "numbers": "BinaryAccuracy"}
        title = titles[objective.form(name)]
    metric = getattr(keras.metrics, title)(name=name, **_metric_arguments(name, objective))
    if name in ("f1_score", "r2_score"):  # Keras creates their variables in the first update, which may be in a graph
        blank = tf.zeros([1, objective.units])
        metric.update_state(blank, blank)
        metric.reset_state()
    return metric


def _metric_arguments(name: str, objective: Objective) -> dict[str, Any]:
    """Return the arguments that make F1 one number.

    It is the mean over classes. If classes are independent, the threshold is 0.5.
    """
    if name != "f1_score":
        return {}
    return {"average": "macro", "threshold": None if objective.form(name) == "one-hot" else 0.5}


def _flatten_steps(expected: Tensor, outputs: Tensor, valid: Tensor, form: str) -> tuple[Tensor, Tensor, Tensor]:
    """Flatten the timesteps into rows, so that each metric gets `(rows, units)` and one weight per row."""
    units = outputs.shape[-1]
    rows = tf.reshape(expected, [-1]) if form == "sparse" else tf.reshape(expected, [-1, units])
    return rows, tf.reshape(outputs, [-1, units]), tf.reshape(valid, [-1])


class Totals:
    """Means over valid samples or timesteps. As in `model.fit`, batches are weighted by their size."""

    def __init__(self, objective: Objective) -> None:
        self.metrics = Metrics(objective)
        self.loss, self.valid = tf.Variable(0.0), tf.Variable(0.0)

    def reset(self) -> None:
        """Start a new epoch."""
        self.loss.assign(0.0)
        self.valid.assign(0.0)
        self.metrics.reset()

    def add_loss(self, loss: Tensor, count: Tensor) -> None:
        """Add the mean loss of a batch with `count` valid samples or timesteps."""
        self.loss.assign_add(loss * count)
        self.valid.assign_add(count)

    def measure(self, target: Tensor, outputs: Tensor, valid: Tensor) -> None:
        """Add samples to the metrics. Targets and outputs are in the data's units."""
        self.metrics.update(target, outputs, valid)

    def gather(self, replicas: Replicas, *, for_all: bool) -> None:
        """Add up the metrics of all processes. Without `for_all` only the chief gets the sums; the others get zeros."""
        sums = list(self.metrics.state().values()) if replicas.processes > 1 else []
        for variable, total in zip(sums, replicas.sum_over_processes(sums) if sums else [], strict=True):
            variable.assign(total if for_all or replicas.is_chief else tf.zeros_like(total))

    def reset_unless_chief(self, replicas: Replicas) -> None:
        """Set the metrics to zero unless this process is the chief, which has the sums over all processes."""
        if not replicas.is_chief:
            self.metrics.reset()

    def results(self) -> list[Tensor]:
        """Return the mean loss and the metrics."""
        return [self.loss / tf.maximum(self.valid, 1.0), *self.metrics.results()]

    def state(self) -> dict[str, Tensor]:
        """Return the variables that it adds to, by name."""
        return {"loss": self.loss, "valid": self.valid, **self.metrics.state()}
