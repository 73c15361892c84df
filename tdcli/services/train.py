"""Training a spec into a run folder."""

import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGINT
from typing import Any

import numpy as np
import polars as pl

import tdcli
from tdcli.nn.start import versions
from tdcli.nn.state import State
from tdcli.nn.train import Progress, Trained, train
from tdcli.nn.whole import Units, whole_model
from tdcli.runs.files import write_json, write_text, write_whole
from tdcli.runs.folder import LATEST, RunFolder, create_run
from tdcli.services.compile import Compiled
from tdcli.services.fingerprints import fingerprints
from tdcli.services.interrupts import Interrupts
from tdcli.services.prepare import Prepared
from tdcli.services.resolved import resolved_values
from tdcli.services.score import naive
from tdcli.services.state import write_state
from tdcli.text.diagnostic import WorkFailure
from tdcli.text.yaml_writer import yaml_text


@dataclass(frozen=True)
class Outcome:
    """What a training left: its folder, its best epoch's figures, and whether it went to its end."""

    run: RunFolder
    epochs: int
    best_epoch: int
    figures: dict[str, float]
    signal: int | None
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether a signal ended it, or Ctrl-C."""
        return self.signal is not None


def train_spec(
    compiled: Compiled, prepared: Prepared, runs: Path, command: str, show: Callable[[Progress], None],
    resumed: tuple[RunFolder, State | None] | None = None,
) -> Outcome:  # fmt: skip
    """Train and write the run folder, a new one or that which is `resumed`.

    Raises WorkFailure where the loss is not finite; the folder is kept.
    """
    run, state = resumed or (create_run(runs, compiled.spec.name), None)
    began = time.time()
    record = _record(compiled, prepared, command, began)
    write_text(run.spec, yaml_text(resolved_values(compiled)))
    run.write_record({**record, "state": "running"})

    def save(trained: Trained) -> None:
        write_state(run, State(trained.variables, trained.history))
        run.write_history(trained.history)
        _save_models(run, compiled, prepared, trained)

    training, objective = compiled.spec.training, compiled.objective
    with Interrupts() as interrupts:
        try:
            trained = train(
                compiled.plan, prepared.data, training, objective, prepared.class_weights, show, save,
                state, interrupts.stops,
            )  # fmt: skip
        except BaseException as error:
            stopped = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            run.write_record({**record, "state": stopped})
            raise
        return _kept(run, compiled, prepared, trained, record, began, interrupts)


def _kept(
    run: RunFolder, compiled: Compiled, prepared: Prepared, trained: Trained, record: Mapping[str, Any], began: float,
    interrupts: Interrupts,
) -> Outcome:  # fmt: skip
    """Write state, models, history and metrics. Raises the training's failure after that."""
    if trained.failure is None:
        write_state(run, State(trained.variables, trained.history))
    run.write_history(trained.history)
    _save_models(run, compiled, prepared, trained)
    best = next((row for row in trained.history if row["epoch"] == trained.best.epoch), {})
    seconds = time.time() - began
    state = "failed" if trained.failure else "interrupted" if trained.interrupted else "done"
    figures = {name: value for name, value in best.items() if name != "epoch"}
    epochs = len(trained.history)
    write_json(run.metrics, {"epochs": epochs, "best_epoch": trained.best.epoch, "best": figures})
    run.write_record({**record, "state": state, "seconds": round(seconds, 3), "monitor": trained.best.monitor})
    if trained.failure:
        raise _with_what_is_kept(trained.failure, trained.best.epoch, run)
    signal = (interrupts.received or SIGINT) if trained.interrupted else None
    return Outcome(run, epochs, trained.best.epoch, figures, signal, seconds)


def _with_what_is_kept(failure: WorkFailure, best_epoch: int, run: RunFolder) -> WorkFailure:
    """Add to a failure which model is left of the training."""
    if not best_epoch:
        return failure
    latest = run.path.parent / LATEST
    kept = f"the model of epoch {best_epoch}, the best so far, is kept: `tdcli evaluate {latest}`"
    return WorkFailure(*(replace(each, help=(*each.help, kept)) for each in failure.diagnostics))


def _save_models(run: RunFolder, compiled: Compiled, prepared: Prepared, trained: Trained) -> None:
    """Save the last model and the best one; weights that are not finite are not saved."""
    model = whole_model(trained.core, compiled.plan, Units.of(prepared.data))
    best = trained.best.weights
    if trained.failure is None:
        write_whole(run.last_model, model.save)
    if best is not None:
        trained.core.set_weights(best)
    if best is not None or trained.failure is None:
        write_whole(run.best_model, model.save)


def _record(compiled: Compiled, prepared: Prepared, command: str, began: float) -> dict[str, Any]:
    """Return what makes the run repeatable, and what reading another file for its model needs."""
    data = prepared.data
    parts = {"train": data.train, "validation": data.validation, "test": data.test}
    return {
        "name": compiled.spec.name,
        "kind": compiled.plan.kind,
        "parameters": compiled.plan.trainable + compiled.plan.non_trainable,
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(began)),
        "command": command,
        "seed": compiled.spec.training.seed,
        "versions": _versions(),
        "samples": {name: 0 if part is None else len(part) for name, part in parts.items()},
        "data": fingerprints(data),
        "loss": compiled.objective.loss,
        "metrics": list(compiled.objective.metrics),
        "classes": None if data.classes is None else list(data.classes),
        "features": list(data.feature_names),
        "targets": list(data.target_names),
        "learnt": dict(data.learnt),
        "naive": naive(data.train),
    }


def _versions() -> dict[str, str]:
    """Return the versions of all that takes part."""
    return {
        "tdcli": tdcli.__version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "numpy": np.__version__,
        "polars": pl.__version__,
        **versions(),
    }
