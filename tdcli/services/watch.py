"""A run in another process, as its folder tells of it."""

from pathlib import Path

import psutil

from tdcli.runs.folder import RunFolder, open_run
from tdcli.services.compile_run import compile_run
from tdcli.services.runs import summarized
from tdcli.services.view import View


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
