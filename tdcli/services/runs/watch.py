"""Follow the progress of a training, in this process or through the run folder of another one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tdcli.runs.folder import RunFolder, open_run_folder
from tdcli.services.runs.summary import summarize_run
from tdcli.services.specs.compile_run import compile_run

if TYPE_CHECKING:
    from tdcli.nn.training.callbacks import Progress


@dataclass(frozen=True)
class TrainingView:
    """The progress of a training.

    epochs: the planned number of epochs.
    done: the number of finished epochs, including the finished fraction of the current one.
    first: the number of epochs that were finished before `seconds` started.
    history: the results of each epoch, with `epoch`.
    best_epoch: the number of the best epoch, 0 if unknown.
    memory: the memory of the process in bytes.
    has_ended: whether the training has ended, with or without all epochs.
    """

    epochs: int
    done: float
    first: float = 0.0
    history: Sequence[dict[str, float]] = field(default_factory=tuple)
    best_epoch: int = 0
    seconds: float = 0.0
    steps_a_second: float | None = None
    memory: int | None = None
    has_ended: bool = False

    @property
    def seconds_left(self) -> float | None:
        """The expected time for the remaining epochs, or None before there is any progress and after the end."""
        new = self.done - self.first
        return self.seconds / new * (self.epochs - self.done) if new > 0 and not self.has_ended else None

    def ended(self) -> "TrainingView":
        """Return the view of a training that has ended, without what only matters while it goes on."""
        return replace(self, has_ended=True, steps_a_second=None, memory=None)

    def curve(self, name: str) -> list[float]:
        """Return the values of a metric, epoch by epoch."""
        return [row[name] for row in self.history if name in row]


class ProgressTracker:
    """Tracks a training in this process. A resumed run starts after its first epoch."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self.history: list[dict[str, float]] = []
        self.best_epoch = 0
        self.first: float | None = None
        self.began = time.perf_counter()

    def update(self, progress: "Progress") -> TrainingView:
        """Add the progress of the training, and return the view."""
        self.history += [epoch.results for epoch in progress.ended]
        self.best_epoch = next(
            (int(epoch.results["epoch"]) for epoch in reversed(progress.ended) if epoch.best), self.best_epoch
        )
        done = progress.epoch - 1 + progress.step / progress.steps
        if self.first is None:  # compilation and earlier sessions do not count
            self.first, self.began = done, time.perf_counter()
        seconds = time.perf_counter() - self.began
        pace = (done - self.first) * progress.steps / seconds if done > self.first else None
        memory = psutil.Process().memory_info().rss
        return TrainingView(self.epochs, done, self.first, self.history, self.best_epoch, seconds, pace, memory)


OnView = Callable[[TrainingView], None]
"""Called with the progress of a training."""

REFRESH_SECONDS = 0.5


@dataclass(frozen=True)
class EndedRun:
    """A run that ended, its state, and its numbers of finished and planned epochs."""

    name: str
    state: str
    epochs: int
    planned_epochs: int


def watch_run(path: Path, on_view: OnView) -> EndedRun:
    """Follow a run until it ends. Raises SpecError if it is not a run.

    on_view: called with the progress of the training twice a second, and once more at the end.
    """
    watched, state = WatchedRun(path), "running"
    while state == "running":
        state, view = watched.state, watched.view()  # in this order: the last view has what came before the end
        on_view(view)
        if state == "running":
            time.sleep(REFRESH_SECONDS)
    return EndedRun(watched.run.path.name, state, len(view.history), watched.epochs)


class WatchedRun:
    """A run folder that is read repeatedly. Raises SpecError if it is not a run folder."""

    def __init__(self, path: Path) -> None:
        self.run: RunFolder = open_run_folder(path)
        self.epochs = compile_run(self.run).spec.training.epochs

    @property
    def state(self) -> str:
        """The run's state: `running`, `done`, `interrupted` or `failed`."""
        return summarize_run(self.run).state

    def view(self) -> TrainingView:
        """Return the progress up to the last finished epoch."""
        history, metrics = self.run.read_history(), self.run.read_metrics()
        seconds, best = float(metrics.get("seconds", 0.0)), int(metrics.get("best_epoch", 0))
        return TrainingView(self.epochs, len(history), 0.0, history, best, seconds, memory=self._memory())

    def _memory(self) -> int | None:
        try:
            return int(psutil.Process(self.run.read_record()["pid"]).memory_info().rss)
        except (KeyError, TypeError, ValueError, OverflowError, psutil.Error):
            return None
