"""A loss that is not finite: which step brought it, with what gradient."""

from collections import deque
from typing import Any

import numpy as np

from tdcli.nn.loop import Loop
from tdcli.text.diagnostic import WorkFailure


class Snapshots:
    """What the variables held before the last two calls; TensorFlow copies only what is changed afterwards."""

    def __init__(self, loop: Loop) -> None:
        self.loop, self.variables = loop, loop.variables()
        self.taken: deque[list[Any]] = deque(maxlen=2)

    def take(self) -> None:
        """Hold what the variables are now."""
        self.taken.append([each.read_value() for each in self.variables])

    def restore(self) -> None:
        """Put back the newest that has finite weights, or else the oldest."""
        for values in reversed(self.taken):
            for variable, value in zip(self.variables, values, strict=True):
                variable.assign(value)
            if self.loop.has_finite_weights():
                break
        self.loop.rewind()


def not_finite(loop: Loop, snapshots: Snapshots) -> WorkFailure:
    """Say where the loss failed, and go through the last calls' steps again for the largest gradient on the way.

    The loop is then where it was before them, with finite weights.
    """
    loss, rate = float(loop.trained.loss), float(loop.optimizer.learning_rate)
    message = f"the loss became {loss} in epoch {int(loop.epoch)}, at a learning rate of {rate:g}"
    snapshots.restore()
    why = f"the largest gradient before was {_largest_gradient(loop)}: the weights left the range of 32-bit numbers"
    snapshots.restore()
    helps = (
        "clip the gradients: `optimizer: {name: adam, clipnorm: 1.0}`",
        "lower the learning rate, or scale the data: `scale: standard`",
    )
    return WorkFailure.of("loss-not-finite", message, *helps, why=why)


def _largest_gradient(loop: Loop) -> str:
    """Return the largest gradient up to the step that fails, and of which weights."""
    largest, of = 0.0, 0
    while loop.is_finite() and largest < np.inf and loop.epoch <= loop.epochs:
        if loop.position < loop.train.steps:
            gradients = np.nan_to_num(loop.examine(), nan=np.inf)
            if gradients.max() >= largest:
                largest, of = float(gradients.max()), int(gradients.argmax())
        else:
            loop.advance(1)
    return f"{largest:.3g}, of `{loop.core.trainable_variables[of].path}`"
