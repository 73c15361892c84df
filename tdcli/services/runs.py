"""The runs of a folder, and what became of each. Loads neither NumPy nor TensorFlow."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tdcli.runs.folder import RunFolder, runs_in
from tdcli.runs.lock import is_held
from tdcli.services.sound import Skipped, sound_ones
from tdcli.text.diagnostic import UserError
from tdcli.text.nearest import suggestion

FIELDS = ("name", "kind", "parameters", "started", "state", "seconds", "epochs", "best_epoch")
"""What runs can be sorted by, beside the figures of their best epochs."""


@dataclass(frozen=True)
class RunSummary:
    """A run at a glance. best, last: the figures of the best and of the last epoch; None where not finite.

    state: running, done, interrupted or failed; a run whose process is gone without a word was interrupted.
    seconds: how long it trained, all sessions together; monitor: the figure that chose the best epoch.
    """

    name: str
    path: str
    kind: str
    parameters: int
    started: str
    state: str
    seconds: float | None
    epochs: int
    best_epoch: int
    monitor: str
    best: dict[str, float | None]
    last: dict[str, float | None]


def listed_runs(
    folder: Path, by: str = "started", *, descending: bool = False, skipped: Skipped | None = None
) -> list[RunSummary]:
    """Return a folder's runs in an order.

    skipped: takes what is wrong with a run that is left out. Raises UserError where there are none, or none that can be
    read, or none has such a figure.
    """
    runs = runs_in(folder)
    if not runs:
        reason = "holds no runs" if folder.is_dir() else "is not a folder"
        raise UserError.of("not-a-run", f"`{folder}` {reason}", "`tdcli train SPEC` writes them into `runs`")
    found = sound_ones(runs, summarized, skipped)
    key = _sort_key(found, by)
    missing = [each for each in found if key(each) is None]
    in_order = sorted((each for each in found if key(each) is not None), key=key, reverse=descending)
    return in_order + missing


def _sort_key(found: Sequence[RunSummary], by: str) -> Callable[[RunSummary], Any]:
    if by in FIELDS:
        return lambda run: getattr(run, by)
    figures = sorted({name for run in found for name in run.best})
    if by not in figures:
        help = suggestion(by, (*FIELDS, *figures))
        raise UserError.of("wrong-option", f"no run has `{by}` to sort by", help)
    return lambda run: run.best.get(by)


def summarized(run: RunFolder) -> RunSummary:
    """Return a run at a glance. Raises UserError where its record is not sound."""
    record, metrics = run.read_record(), run.read_metrics()
    state = _state(run, record.get("state", ""))
    return RunSummary(
        name=run.path.name,
        path=str(run.path),
        kind=record.get("kind", ""),
        parameters=record.get("parameters", 0),
        started=record.get("started", ""),
        state=state,
        seconds=_seconds_since(record.get("started", "")) if state == "running" else metrics.get("seconds"),
        epochs=metrics.get("epochs", 0),
        best_epoch=metrics.get("best_epoch", 0),
        monitor=record.get("monitor", ""),
        best=metrics.get("best", {}),
        last=metrics.get("last", {}),
    )


def _state(run: RunFolder, written: str) -> str:
    return "interrupted" if written == "running" and not is_held(run) else written


def _seconds_since(started: str) -> float | None:
    try:
        return round(time.time() - datetime.fromisoformat(started).timestamp(), 3)
    except (ValueError, OverflowError):
        return None
