"""The state of a training in plain arrays, and when to write it.

Knows no TensorFlow, so that reading a state costs nothing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tdcli.data.dataset import Array
from tdcli.spec.training import Checkpoint

Row = dict[str, float]
"""An epoch's results, with its number from 1 as `epoch`."""


@dataclass(frozen=True)
class State:
    """All that a training's loop changes, in its order, and the history."""

    variables: list[Array]
    history: list[Row]


LARGEST_SHARE = 0.01
"""Of the training's time, checkpoints by the clock take no more."""

FIRST_COST = 0.05
"""Seconds that the first one is taken to cost, before any was measured."""


class Checkpoints:
    """Counts epochs and seconds since the last checkpoint."""

    def __init__(self, settings: Checkpoint) -> None:
        self.settings = settings
        self.epoch, self.wrote, self.cost = 1, time.perf_counter(), FIRST_COST

    def steps_until(self, epoch: int, position: int, length: int) -> int | None:
        """Return how many steps of epochs of `length` steps lie before the next one that epochs ask for."""
        if self.settings.every_epochs is None:
            return None
        return (self.epoch + self.settings.every_epochs - epoch) * length - position

    def is_due(self, epoch: int) -> bool:
        """Say whether it is time; `epoch`: the one that comes next or goes on."""
        by_epochs = self.settings.every_epochs
        if by_epochs is not None and epoch >= self.epoch + by_epochs:
            return True
        seconds = self.settings.every_seconds
        waited = time.perf_counter() - self.wrote
        return seconds is not None and waited >= max(seconds, self.cost / LARGEST_SHARE)

    @contextmanager
    def written(self, epoch: int) -> Iterator[None]:
        """Time the writing, and count from its end."""
        began = time.perf_counter()
        yield
        self.epoch, self.wrote = epoch, time.perf_counter()
        self.cost = self.wrote - began
