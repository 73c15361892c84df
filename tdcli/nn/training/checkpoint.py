"""Represent the state of a training as arrays, and decide when to write it.

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
"""Values of the variables that training changes, by the names that `state_of` returns."""


@dataclass(frozen=True)
class State:
    """The values of all variables of a training, and its history.

    variables: values by name. In a file of the first format, the keys are numbers in the same order.
    """

    variables: Variables
    history: list[EpochRow]


MAX_TIME_FRACTION = 0.01
"""Maximum fraction of the training time that checkpoints every few seconds may take."""

FIRST_COST = 0.05
"""Expected duration of the first checkpoint in seconds."""


class CheckpointTimer:
    """Counts epochs and seconds since the last checkpoint."""

    def __init__(self, settings: Checkpoint) -> None:
        self.settings = settings
        self.epoch, self.last_write, self.cost = 1, time.perf_counter(), FIRST_COST

    def steps_until(self, epoch: int, position: int, length: int) -> int | None:
        """Return the number of steps until the next checkpoint that is due after a number of epochs.

        Return None if checkpoints do not depend on epochs. length: the number of steps per epoch.
        """
        if self.settings.every_epochs is None:
            return None
        return (self.epoch + self.settings.every_epochs - epoch) * length - position

    def is_due(self, epoch: int) -> bool:
        """Return whether a checkpoint is due. epoch: the number of the current epoch."""
        by_epochs = self.settings.every_epochs
        if by_epochs is not None and epoch >= self.epoch + by_epochs:
            return True
        seconds = self.settings.every_seconds
        waited = time.perf_counter() - self.last_write
        return seconds is not None and waited >= max(seconds, self.cost / MAX_TIME_FRACTION)

    @contextmanager
    def timed_write(self, epoch: int) -> Iterator[None]:
        """Measure the duration of the block, which writes a checkpoint. The next interval starts at its end."""
        began = time.perf_counter()
        yield
        self.epoch, self.last_write = epoch, time.perf_counter()
        self.cost = self.last_write - began
