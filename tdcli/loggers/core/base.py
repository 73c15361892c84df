"""What every logger is told of a training."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from tdcli.runs.folder import RunFolder


class Logger(ABC):
    """A tool that follows a run; `target`: where it keeps its data, None for its own habit."""

    takes_target = False

    def __init__(self, run: RunFolder, experiment: str, target: str | None) -> None:
        self.run, self.experiment, self.target = run, experiment, target

    @abstractmethod
    def begin(self, settings: Mapping[str, Any], first_epoch: int) -> None:
        """Take the spec's settings by their keys; a run that goes on begins with a later epoch than 1."""

    @abstractmethod
    def epoch(self, results: Mapping[str, float]) -> None:
        """Take an epoch's results, its number from 1 as `epoch`."""

    @abstractmethod
    def end(self, state: str) -> None:
        """Take how it ended: `done`, `interrupted` or `failed`."""
