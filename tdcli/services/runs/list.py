"""The runs of a folder, their details, and how they differ. Loads neither NumPy nor TensorFlow."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from tdcli.runs.folder import RunFolder, open_run, own_folder, runs_in
from tdcli.runs.lock import is_held
from tdcli.services.runs.sound import Skipped, sound_ones
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.specs.defaults import entries, flat
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


@dataclass(frozen=True)
class RunDetails:
    """A run, its record, and the bytes of each file of its folder."""

    summary: RunSummary
    record: dict[str, Any]
    files: dict[str, int]


def run_details(path: Path) -> RunDetails:
    """Return a run's details. Raises UserError where the folder is none of a run."""
    run = open_run(path)
    files = {each.name: each.stat().st_size for each in sorted(run.path.iterdir()) if each.is_file()}
    return RunDetails(summarized(run), run.read_record(), files)


@dataclass(frozen=True)
class Comparison:
    """Runs side by side: the settings that are not the same in all, a value for each run."""

    runs: tuple[RunSummary, ...]
    settings: dict[str, tuple[Any, ...]]


def compared_runs(paths: Sequence[Path], skipped: Skipped | None = None) -> Comparison:
    """Put runs side by side.

    skipped: takes what is wrong with a run that is left out. Raises UserError where fewer than two are left.
    """
    runs = list(dict.fromkeys(map(own_folder, paths)))
    if len(runs) == 1:
        open_run(runs[0].path)
        message = f"`{runs[0].path.name}` alone has nothing to be compared with"
        raise UserError.of("wrong-option", message, "name another run")
    summaries, specs = zip(*sound_ones(runs, _read, skipped, least=2), strict=True)
    settings = {key: tuple(spec.get(key) for spec in specs) for key in dict.fromkeys(chain(*specs))}
    differing = {key: values for key, values in settings.items() if any(each != values[0] for each in values)}
    return Comparison(summaries, differing)


def _read(run: RunFolder) -> tuple[RunSummary, dict[str, Any]]:
    return summarized(run), {each.dotted: each.value for each in flat(entries(compile_run(run)))}
