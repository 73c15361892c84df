"""A training written into its run folder: at its start, at checkpoints, at its end."""

import math
import time
from typing import Any

from tdcli.nn.state import State
from tdcli.nn.train import Trained
from tdcli.nn.whole import Units, whole_model
from tdcli.runs.files import write_json, write_text, write_whole
from tdcli.runs.folder import RunFolder
from tdcli.services.compile import Compiled
from tdcli.services.prepare import Prepared
from tdcli.services.record import recorded
from tdcli.services.resolved import resolved_values
from tdcli.services.state import write_state
from tdcli.text.yaml_writer import yaml_text


class RunWriter:
    """Keeps a folder up to date with a training; each file is whole at any moment."""

    def __init__(self, run: RunFolder, compiled: Compiled, prepared: Prepared, command: str) -> None:
        self.run, self.compiled, self.prepared = run, compiled, prepared
        self.began = time.time()
        self.seconds_before = float(run.read_metrics().get("seconds", 0.0))
        self.best_saved = 0
        self.model: Any = None
        self.record = recorded(compiled, prepared, command, self.began)

    @property
    def seconds(self) -> float:
        """How long this training has gone on."""
        return time.time() - self.began

    def begin(self) -> None:
        """Write what is known before the first step."""
        write_text(self.run.spec, yaml_text(resolved_values(self.compiled)))
        self.state("running")

    def state(self, state: str) -> None:
        """Write what became of the training: `running`, `done`, `interrupted` or `failed`."""
        self.record["state"] = state
        self.run.write_record(self.record)

    def checkpoint(self, trained: Trained) -> None:
        """Write where training stands; that of a loss which is not finite is not gone on from."""
        if trained.failure is None:
            write_state(self.run, State(trained.variables, trained.history))
        self.run.write_history(trained.history)
        write_json(self.run.metrics, self._metrics(trained))
        self._save_models(trained)

    def _metrics(self, trained: Trained) -> dict[str, Any]:
        best = trained.best.epoch
        seconds = round(self.seconds_before + self.seconds, 3)
        epochs = {"epochs": len(trained.history), "best_epoch": best, "seconds": seconds}
        return {
            **epochs,
            "best": _finite(_results(trained, best)),
            "last": _finite(_results(trained, len(trained.history))),
        }

    def _save_models(self, trained: Trained) -> None:
        """Save the last model, and the best where it is another; weights that are not finite are not saved."""
        core, best = trained.core, trained.best.weights
        self.model = self.model or whole_model(core, self.compiled.plan, Units.of(self.prepared.data))
        if trained.failure is None:
            write_whole(self.run.last_model, self.model.save)
        if best is None and trained.failure is None:
            write_whole(self.run.best_model, self.model.save)
        if best is not None and trained.best.epoch != self.best_saved:
            core.set_weights(best)
            write_whole(self.run.best_model, self.model.save)
            self.best_saved = trained.best.epoch


def best_figures(trained: Trained) -> dict[str, float]:
    """Return the best epoch's results by name."""
    return _results(trained, trained.best.epoch)


def _results(trained: Trained, epoch: int) -> dict[str, float]:
    row = next((row for row in trained.history if row["epoch"] == epoch), {})
    return {name: value for name, value in row.items() if name != "epoch"}


def _finite(results: dict[str, float]) -> dict[str, float | None]:
    """Return the results with None for what JSON has no number for."""
    return {name: value if math.isfinite(value) else None for name, value in results.items()}
