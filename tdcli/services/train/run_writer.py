"""Write a training into its run folder at the start, at checkpoints and at the end."""

import math
import time
from collections.abc import Sequence
from typing import Any

from tdcli.nn.model.serving import UnitConversion, serving_model
from tdcli.nn.training.callbacks import EpochResult, EpochRow
from tdcli.nn.training.checkpoint import State
from tdcli.nn.training.train import Trained
from tdcli.runs.files import write_json, write_text, write_whole
from tdcli.runs.folder import RunFolder
from tdcli.runs.start import mark_start
from tdcli.services.samples.prepare import Prepared
from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.resolve import resolved_values
from tdcli.services.train.checkpoint import write_state
from tdcli.services.train.record import build_record
from tdcli.text.yaml_writer import to_yaml

SECONDS_BETWEEN_WRITES = 2.0
"""The shortest time between two writes of finished epochs for `tdcli watch`."""


class RunWriter:
    """Keeps a run folder up to date with a training. Each file is complete at any time.

    history: the epochs of earlier sessions.
    """

    def __init__(
        self, run: RunFolder, compiled: Compiled, prepared: Prepared, command: str, history: Sequence[EpochRow] = ()
    ) -> None:
        self.run, self.compiled, self.prepared = run, compiled, prepared
        self.history = list(history)
        best = int(run.read_metrics().get("best_epoch", 0))
        self.best_epoch = best if best <= len(self.history) else 0  # the metrics may be newer than the last checkpoint
        self.began = self.last_write = time.time()
        self.seconds_before = float(run.read_metrics().get("seconds", 0.0))
        self.best_saved = 0
        self.model: Any = None
        self.record = build_record(compiled, prepared, command, self.began)

    @property
    def seconds(self) -> float:
        """The duration of this session in seconds."""
        return time.time() - self.began

    def begin(self) -> None:
        """Write the spec and the record before the first step."""
        start = self.record.get("from") or {}
        write_text(self.run.spec, mark_start(to_yaml(resolved_values(self.compiled)), start.get("run")))
        self.set_state("running")

    def set_state(self, state: str) -> None:
        """Write the state of the training: `running`, `done`, `interrupted` or `failed`."""
        self.record["state"] = state
        self.run.write_record(self.record)

    def record_epochs(self, ended: Sequence[EpochResult]) -> None:
        """Add finished epochs, and write their metrics every few seconds, without weights."""
        self.history += [epoch.results for epoch in ended]
        self.best_epoch = max([self.best_epoch, *(int(epoch.results["epoch"]) for epoch in ended if epoch.best)])
        if ended and time.time() - self.last_write >= SECONDS_BETWEEN_WRITES:
            self._write_figures(self.history, self.best_epoch)
            self.last_write = time.time()

    def checkpoint(self, trained: Trained) -> None:
        """Write the models and the state. After a loss that is not finite, no state is written."""
        if trained.failure is None:
            write_state(self.run, State(trained.variables, trained.history))
        self._write_figures(trained.history, trained.best.epoch)
        self._save_models(trained)

    def _write_figures(self, history: Sequence[EpochRow], best_epoch: int) -> None:
        self.run.write_history(history)
        seconds = round(self.seconds_before + self.seconds, 3)
        metrics: dict[str, Any] = {"epochs": len(history), "best_epoch": best_epoch, "seconds": seconds}
        metrics |= {
            "best": _finite(find_epoch_results(history, best_epoch)),
            "last": _finite(find_epoch_results(history, len(history))),
        }
        write_json(self.run.metrics, metrics)

    def _save_models(self, trained: Trained) -> None:
        """Save the last model, and the best one if it differs. Weights that are not finite are not saved."""
        core, best = trained.core, trained.best.weights
        self.model = self.model or serving_model(core, self.compiled.plan, UnitConversion.from_data(self.prepared.data))
        if trained.failure is None:
            write_whole(self.run.last_model, self.model.save)
        if best is None and trained.failure is None:
            write_whole(self.run.best_model, self.model.save)
        if best is not None and trained.best.epoch != self.best_saved:
            core.set_weights(best)
            write_whole(self.run.best_model, self.model.save)
            self.best_saved = trained.best.epoch


def find_epoch_results(history: Sequence[EpochRow], epoch: int) -> EpochRow:
    """Return the results of an epoch by name, without its number, or nothing if there is no such epoch."""
    row = next((row for row in history if row["epoch"] == epoch), {})
    return {name: value for name, value in row.items() if name != "epoch"}


def _finite(results: EpochRow) -> dict[str, float | None]:
    """Return the results with None in place of values that JSON cannot represent."""
    return {name: value if math.isfinite(value) else None for name, value in results.items()}
