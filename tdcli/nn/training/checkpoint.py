"""The state of a training in plain arrays, and when to write it.

Imports no TensorFlow, so that reading a state is fast.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from tdcli.data.dataset import Array
from tdcli.nn.training.callbacks import EpochRow
from tdcli.spec.training import Checkpoint

Variables: TypeAlias = Mapping[str, Array]
"""Values by the names of what training changes, as `state_of` gives them."""


@dataclass(frozen=True)
class State:
    """All that a training changes, and the history.

    variables: by name; by number, in the same order, in a file of the first format.
    """

    variables: Variables
    history: list[EpochRow]


MAX_TIME_FRACTION = 0.01
"""How much of the training's time checkpoints by the clock may take."""

FIRST_COST = 0.05
"""Seconds that the first checkpoint is expected to take."""


class CheckpointTimer:
    """Counts epochs and seconds since the last checkpoint."""

    def __init__(self, settings: Checkpoint) -> None:
        self.settings = settings
        self.epoch, self.last_write, self.cost = 1, time.perf_counter(), FIRST_COST

    def steps_until(self, epoch: int, position: int, length: int) -> int | None:
        """Return how many steps, `length` an epoch, are left until the next one by epochs; None where none is due."""
        if self.settings.every_epochs is None:
            return None
        return (self.epoch + self.settings.every_epochs - epoch) * length - position

    def is_due(self, epoch: int) -> bool:
        """Say whether a checkpoint is due; `epoch`: the current one."""
        by_epochs = self.settings.every_epochs
        if by_epochs is not None and epoch >= self.epoch + by_epochs:
            return True
        seconds = self.settings.every_seconds
        waited = time.perf_counter() - self.last_write
        return seconds is not None and waited >= max(seconds, self.cost / MAX_TIME_FRACTION)

    @contextmanager
    def timed_write(self, epoch: int) -> Iterator[None]:
        """Time the writing, and count from its end."""
        began = time.perf_counter()
        yield
        self.epoch, self.last_write = epoch, time.perf_counter()
        self.cost = self.last_write - began
