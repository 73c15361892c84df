"""A loss that grows far beyond what it was, or is no longer finite: which step brought it."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tdcli.nn.training.checkpoint import Row
from tdcli.nn.training.loop import Loop
from tdcli.text.diagnostic import Diagnostic, WorkFailure


class Snapshots:
    """What the variables held before the last two calls."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.taken: deque[list[Any]] = deque(maxlen=2)

    def take(self) -> None:
        """Hold what the variables are now."""
        self.taken.append(self.loop.values())

    @contextmanager
    def rewound(self) -> Iterator[None]:
        """Put back what was there before the call before the last, or before the only one, for a while."""
        now = self.loop.values()
        self.loop.put(self.taken[0])
        yield
        self.loop.put(now)


def not_finite(loop: Loop, snapshots: Snapshots) -> WorkFailure:
    """Say where the loss failed, and go through the last calls' steps again for the largest gradient on the way."""
    loss, rate = float(loop.trained.loss), float(loop.optimizer.learning_rate)
    message = f"the loss became {loss} in epoch {int(loop.epoch)}, at a learning rate of {rate:g}"
    with snapshots.rewound():
        why = f"{_largest_gradient(loop)}: the weights left the range of 32-bit numbers"
    helps = (
        "clip the gradients: `optimizer: {name: adam, clipnorm: 1.0}`",
        "lower the learning rate, and leave `scale` at `standard`",
    )
    return WorkFailure.of("loss-not-finite", message, *helps, why=why)


def _largest_gradient(loop: Loop) -> str:
    """Return how large the gradients became up to the step that fails, and of which weights."""
    largest, of = 0.0, 0
    while loop.is_finite() and loop.epoch <= loop.epochs:
        if loop.position >= loop.train.steps:
            loop.advance(1)
            continue
        gradients = loop.examine()
        endless = np.flatnonzero(~np.isfinite(gradients))
        if len(endless):
            name, value = _name(loop, endless[0]), gradients[endless[0]]
            return f"the gradient of `{name}` became {value}, after {largest:.3g} at most"
        if gradients.max() >= largest:
            largest, of = float(gradients.max()), int(gradients.argmax())
    return f"the largest gradient before was {largest:.3g}, of `{_name(loop, of)}`"


def _name(loop: Loop, place: int) -> str:
    return str(loop.core.trainable_variables[place].path)


MILLIONFOLD = 1e6


class Growth:
    """Compares the loss with that of the first call, and speaks once."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.told = False

    def remarks(self, loop: Loop, ended: Sequence[Row]) -> tuple[Diagnostic, ...]:
        """Return a warning where the loss is a million times what it was at first, and above 1; nothing afterwards."""
        found = [(int(row["epoch"]), row["loss"]) for row in ended]
        if float(loop.trained.valid) > 0:
            found.append((int(loop.epoch), float(loop.trained.loss) / float(loop.trained.valid)))
        if self.first is None and found:
            self.first = found[0][1]
        grown = next((each for each in found if each[1] > max(MILLIONFOLD * abs(self.first or 0.0), 1.0)), None)
        if grown is None or self.told or not self.first or not loop.is_finite():
            return ()
        self.told = True
        return (_grown(self.first, *grown, rate=float(loop.optimizer.learning_rate)),)


def _grown(first: float, epoch: int, loss: float, rate: float) -> Diagnostic:
    message = f"the loss grew from {first:.3g} to {loss:.3g} in epoch {epoch}, more than a millionfold"
    why = f"at a learning rate of {rate:g} the updates overshoot, and training diverges"
    helps = ("clip the gradients: `optimizer: {name: adam, clipnorm: 1.0}`", "lower the learning rate")
    return Diagnostic.warning("loss-not-finite", message, *helps, why=why)
