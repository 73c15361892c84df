"""The interface of loggers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from tdcli.runs.folder import RunFolder


class Logger(ABC):
    """Logs a run to another tool. target: where the tool stores its data, None for its default."""

    takes_target = False

    def __init__(self, run: RunFolder, experiment: str, target: str | None) -> None:
        self.run, self.experiment, self.target = run, experiment, target

    @abstractmethod
    def begin(self, settings: Mapping[str, Any], first_epoch: int) -> None:
        """Log the settings of the spec by their keys. If the run is resumed, `first_epoch` is greater than 1."""

    @abstractmethod
    def epoch(self, results: Mapping[str, float]) -> None:
        """Log the results of an epoch. The key `epoch` has its number, counted from 1."""

    @abstractmethod
    def end(self, state: str) -> None:
        """Log the final state of the run: `done`, `interrupted` or `failed`."""
