"""Loss and metrics with explicit weights, and their sums over an epoch."""

from typing import Any

from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.spec.losses import METRICS
from tdcli.spec.objective import Objective


def in_form(target: Any, form: str, units: int) -> Any:
    """Return class codes `(...)` as codes, one-hot `(..., units)` or a column `(..., 1)`; numbers as they are."""
    if form == "one-hot":
        return tf.one_hot(target, units)
    if form == "binary":
        return tf.cast(target[..., tf.newaxis], "float32")
    return target


def loss_sum(objective: Objective, target: Any, outputs: Any, weight: Any) -> Any:
    """Return the weighted sum of the losses of a batch's samples, or of all their steps.

    weight: `(batch,)`, or `(batch, time)` for one output a step. Keras's own reductions divide
    by the padded steps too, so the caller divides by the weights of valid ones.
    """
    function = keras.losses.get(objective.loss)
    each = function(in_form(target, objective.form(objective.loss), objective.units), outputs)
    return tf.reduce_sum(each * weight)


class Metrics:
    """Keras's metrics, fed with explicit weights, in the data's units."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.metrics = [(name, _metric(name, objective)) for name in objective.metrics]

    def reset(self) -> None:
        """Forget the epoch before."""
        for _, metric in self.metrics:
            metric.reset_state()

    def update(self, target: Any, outputs: Any, valid: Any) -> None:
        """Add a batch; valid: `(batch,)` or `(batch, time)`, 0 where a step is padding."""
        for name, metric in self.metrics:
            expected = in_form(target, self.objective.form(name), self.objective.units)
            metric.update_state(*_flat(expected, outputs, valid, self.objective.form(name)))

    def variables(self) -> list[Any]:
        """Return all that the metrics add up."""
        return [each.value for _, metric in self.metrics for each in metric.variables]

    def results(self) -> list[Any]:
        """Return the values, in the objective's order."""
        return [metric.result() for _, metric in self.metrics]


def _metric(name: str, objective: Objective) -> Any:
    title = METRICS[name]
    if name == "accuracy":
        titles = {"sparse": "SparseCategoricalAccuracy", "binary": "BinaryAccuracy", "numbers": "BinaryAccuracy"}
        title = titles[objective.form(name)]
    metric = getattr(keras.metrics, title)(name=name, **_arguments(name, objective))
    if name in ("f1_score", "r2_score"):  # Keras makes their variables at the first batch, which may be in a graph
        blank = tf.zeros([1, objective.units])
        metric.update_state(blank, blank)
        metric.reset_state()
    return metric


def _arguments(name: str, objective: Objective) -> dict[str, Any]:
    """Return what makes one number of F1: the mean over classes, which are told apart at 0.5 where each has a yes."""
    if name != "f1_score":
        return {}
    return {"average": "macro", "threshold": None if objective.form(name) == "one-hot" else 0.5}


def _flat(expected: Any, outputs: Any, valid: Any, form: str) -> tuple[Any, Any, Any]:
    """Put every step in a row of its own, so that each metric sees `(rows, units)` and one weight a row."""
    units = outputs.shape[-1]
    rows = tf.reshape(expected, [-1]) if form == "sparse" else tf.reshape(expected, [-1, units])
    return rows, tf.reshape(outputs, [-1, units]), tf.reshape(valid, [-1])


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
