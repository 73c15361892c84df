"""Create the optimizer with its learning rate schedule. Schedules that depend on the step are Keras's own."""

import math
from collections.abc import Callable
from typing import Any

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import KerasOptimizer, Tensor
from tdcli.spec import schedules
from tdcli.spec.optimizers import Optimizer
from tdcli.spec.training import sign


def keras_optimizer(
    optimizer: Optimizer, schedule: schedules.Schedule | None = None, epochs: int = 1, steps: int = 1,
    substitute: Callable[[type[Any]], type[Any]] = lambda stock: stock,
) -> KerasOptimizer:  # fmt: skip
    """Return the Keras optimizer with the name and arguments in `optimizer`.

    steps: the number of training steps per epoch. substitute: returns the class to use in place of Keras's class.
    """
    (title,) = (name for name in dir(keras.optimizers) if name.lower() == optimizer.name)
    stock = getattr(keras.optimizers, title)
    arguments = dict(optimizer.arguments)
    if isinstance(schedule, schedules.KerasSchedule):
        schedule_arguments = schedule.arguments(optimizer.learning_rate, epochs)
        in_steps = {name: _epochs_to_steps(value, steps) for name, value in schedule_arguments.items()}
        arguments["learning_rate"] = getattr(keras.optimizers.schedules, schedule.keras_name)(**in_steps)
    return substitute(stock)(**arguments, name=optimizer.name)


def _epochs_to_steps(value: Any, steps: int) -> Any:
    if isinstance(value, list):
        return [_epochs_to_steps(item, steps) for item in value]
    return value.count * steps if isinstance(value, schedules.Epochs) else value


class ReduceOnPlateau:
    """`keras.callbacks.ReduceLROnPlateau` inside the graph. column: the index of the metric in an epoch's results."""

    def __init__(self, settings: schedules.Plateau, monitor: str, column: int) -> None:
        self.settings, self.monitor, self.column = settings, monitor, column
        self.best, self.wait, self.cooldown = tf.Variable(-math.inf), tf.Variable(0), tf.Variable(0)

    def update(self, results: Tensor, optimizer: KerasOptimizer) -> None:
        """Lower the learning rate if the metric has stopped improving."""
        settings = self.settings
        score = results[self.column] * sign(self.monitor)
        cooling = tf.maximum(self.cooldown - 1, 0)
        improved = score - settings.min_delta > self.best
        self.best.assign(tf.where(improved, score, self.best))
        waited = tf.where(improved, 0, tf.where(cooling > 0, 0, tf.where(self.cooldown > 0, 0, self.wait) + 1))
        rate = tf.convert_to_tensor(optimizer.learning_rate)
        reduced = tf.logical_and(waited >= settings.patience, rate > settings.min_lr)
        optimizer.learning_rate.assign(tf.where(reduced, tf.maximum(rate * settings.factor, settings.min_lr), rate))
        self.cooldown.assign(tf.where(reduced, settings.cooldown, cooling))
        self.wait.assign(tf.where(reduced, 0, waited))

    def state(self) -> dict[str, Tensor]:
        """Return the variables that it changes, by name."""
        return {"plateau/best": self.best, "plateau/wait": self.wait, "plateau/cooldown": self.cooldown}
