"""Warn about a loss that grows without bound, and find the step in which it stops being finite."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tdcli.data.dataset import Array
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.nn.training.callbacks import EpochRow
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.state import read_values, restore
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import ExecutionError


class Snapshots:
    """The values of the variables before each of the last two calls."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.taken: deque[dict[str, Tensor]] = deque(maxlen=2)

    def take(self) -> None:
        """Take a snapshot of the variables."""
        self.taken.append(read_values(self.loop))

    @contextmanager
    def rewound(self) -> Iterator[None]:
        """Restore the oldest snapshot during the block."""
        now = read_values(self.loop)
        restore(self.loop, self.taken[0])
        yield
        restore(self.loop, now)


def explain_divergence(loop: Loop, snapshots: Snapshots) -> ExecutionError:
    """Return an error that names the epoch and the largest gradient. It repeats the last steps to find the gradient."""
    loss, rate = float(loop.epochs.train_totals.loss), float(loop.train_step.optimizer.learning_rate)
    message = f"the loss became {loss} in epoch {int(loop.epochs.epoch)}, at a learning rate of {rate:g}"
    with snapshots.rewound():
        why = f"{_largest_gradient(loop)}, and the weights exceeded the range of 32-bit numbers"
    helps = (
        "clip the gradients: `optimizer: {name: adam, clipnorm: 1.0}`",
        "lower the learning rate, and set `scale` to `standard`",
    )
    return ExecutionError.of("loss-not-finite", message, *helps, why=why)


def _largest_gradient(loop: Loop) -> str:
    """Return a clause with the largest gradient up to the step that fails, and the name of its weight."""
    largest, largest_index, train_step = 0.0, 0, measured_step(loop)
    while loop.epochs.has_more():
        if loop.epochs.position >= loop.train.steps:
            loop.advance(1)
            continue
        gradients = train_step()
        infinite = np.flatnonzero(~np.isfinite(gradients))
        if len(infinite):
            name, value = _variable_path(loop, infinite[0]), gradients[infinite[0]]
            return f"the gradient of `{name}` became {value} (the largest gradient before was {largest:.3g})"
        if gradients.max() >= largest:
            largest, largest_index = float(gradients.max()), int(gradients.argmax())
    return f"the largest gradient was {largest:.3g}, that of `{_variable_path(loop, largest_index)}`"


def measured_step(loop: Loop) -> Callable[[], Array]:
    """Return a function that runs a training step and returns the largest absolute gradient of each variable.

    It includes only trainable variables, in the order of the core: `(variables,)`.
    """
    epochs, train = loop.epochs, loop.train

    @tf.function(autograph=False)
    def take_step(feed: Any) -> Tensor:
        epochs.begin_if_first(epochs.position)
        gradients = loop.train_step.take(train.batch(train.order(epochs.epoch, feed), epochs.position))
        epochs.position.assign_add(1)
        epochs.end_if_over(loop.train_step.optimizer, loop.replicas)
        maxima = [0.0 if value is None else tf.reduce_max(tf.abs(tf.convert_to_tensor(value))) for value in gradients]
        return tf.stack(maxima)

    return lambda: take_step(train.feed).numpy()


def _variable_path(loop: Loop, index: int) -> str:
    return str(loop.train_step.problem.core.trainable_variables[index].path)


GROWTH_LIMIT = 1e6


class LossGrowth:
    """Compares the loss with that of the first call of the graph, and warns once."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.has_warned = False

    def warnings(self, loop: Loop, ended: Sequence[EpochRow]) -> tuple[Diagnostic, ...]:
        """Return a warning, once, if the loss is above 1 and more than a million times the first loss."""
        losses = [(int(row["epoch"]), row["loss"]) for row in ended]
        epochs = loop.epochs
        if float(epochs.train_totals.valid) > 0:
            losses.append((int(epochs.epoch), float(epochs.train_totals.loss) / float(epochs.train_totals.valid)))
        if self.first is None and losses:
            self.first = losses[0][1]
        limit = max(GROWTH_LIMIT * abs(self.first or 0.0), 1.0)
        grown = next(((epoch, loss) for epoch, loss in losses if loss > limit), None)
        if grown is None or self.has_warned or not self.first or not epochs.is_finite():
            return ()
        self.has_warned = True
        return (_growth_warning(self.first, *grown, rate=float(loop.train_step.optimizer.learning_rate)),)


def _growth_warning(first: float, epoch: int, loss: float, rate: float) -> Diagnostic:
    message = f"the loss grew from {first:.3g} to {loss:.3g} by epoch {epoch}, more than a millionfold"
    why = f"at a learning rate of {rate:g} the updates overshoot the minimum, so training diverges"
    helps = ("clip the gradients: `optimizer: {name: adam, clipnorm: 1.0}`", "lower the learning rate")
    return Diagnostic.warning("loss-not-finite", message, *helps, why=why)
