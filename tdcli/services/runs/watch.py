"""A run in another process, as its folder shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tdcli.runs.folder import RunFolder, open_run
from tdcli.services.runs.list import summarized
from tdcli.services.specs.compile_run import compile_run


@dataclass(frozen=True)
class View:
    """Where a training stands.

    epochs: how many there are to be; done: how many are, the current one in part; first: how many were done before
    the `seconds` began; history: an epoch's results each, with `epoch`; best_epoch: 0 where none is known; memory:
    bytes of the process.
    """

    epochs: int
    done: float
    first: float = 0.0
    history: Sequence[dict[str, float]] = field(default_factory=tuple)
    best_epoch: int = 0
    seconds: float = 0.0
    steps_a_second: float | None = None
    memory: int | None = None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take if it goes on like this."""
        new = self.done - self.first
        return self.seconds / new * (self.epochs - self.done) if new > 0 else None

    def curve(self, name: str) -> list[float]:
        """Return a figure's values, epoch by epoch."""
        return [row[name] for row in self.history if name in row]


class Watched:
    """A run's folder, looked at again and again. Raises UserError where it is none of a run."""

    def __init__(self, path: Path) -> None:
        self.run: RunFolder = open_run(path)
        self.epochs = compile_run(self.run).spec.training.epochs

    @property
    def state(self) -> str:
        """What became of it: `running`, `done`, `interrupted` or `failed`."""
        return summarized(self.run).state

    def view(self) -> View:
        """Return where it stands, to the epoch that ended last."""
        history, metrics = self.run.read_history(), self.run.read_metrics()
        seconds, best = float(metrics.get("seconds", 0.0)), int(metrics.get("best_epoch", 0))
        return View(self.epochs, len(history), 0.0, history, best, seconds, memory=self._memory())

    def _memory(self) -> int | None:
        try:
            return int(psutil.Process(self.run.read_record()["pid"]).memory_info().rss)
        except (KeyError, TypeError, ValueError, OverflowError, psutil.Error):
            return None
