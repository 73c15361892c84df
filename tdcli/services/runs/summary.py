"""List the runs of a folder, describe one, and compare several. Loads neither NumPy nor TensorFlow."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from tdcli.runs.folder import RunFolder, find_runs, open_run_folder, resolve_run_link
from tdcli.runs.lock import is_held
from tdcli.services.runs.tolerant_reading import OnDamaged, read_intact
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.specs.defaults import leaf_entries, list_entries
from tdcli.text.errors import SpecError
from tdcli.text.nearest import suggest

SORT_FIELDS = ("name", "kind", "parameters", "started", "state", "seconds", "epochs", "best_epoch")
"""What runs can be sorted by, besides the metrics of their best epochs."""


@dataclass(frozen=True)
class RunSummary:
    """A run at a glance.

    state: running, done, interrupted or failed; a run whose process died counts as interrupted. seconds: how long it
    trained, over all sessions; monitor: the metric that chose the best epoch; best, last: the metrics of the best and
    of the last epoch, None if not finite.
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


def list_runs(
    folder: Path, by: str = "started", *, descending: bool = False, on_damaged: OnDamaged | None = None
) -> list[RunSummary]:
    """Return the runs of a folder, sorted by a field or a metric.

    on_damaged: takes what is wrong with a run that is left out. Raises SpecError if there are no runs, if none can be
    read, or if none has such a metric.
    """
    runs = find_runs(folder)
    if not runs:
        reason = "holds no runs" if folder.is_dir() else "is not a folder"
        raise SpecError.of("not-a-run", f"`{folder}` {reason}", "`tdcli train SPEC` writes them into `runs`")
    found = read_intact(runs, summarize_run, on_damaged)
    key = _sort_key(found, by)
    missing = [run for run in found if key(run) is None]
    in_order = sorted((run for run in found if key(run) is not None), key=key, reverse=descending)
    return in_order + missing


def _sort_key(found: Sequence[RunSummary], by: str) -> Callable[[RunSummary], Any]:
    if by in SORT_FIELDS:
        return lambda run: getattr(run, by)
    figures = sorted({name for run in found for name in run.best})
    if by not in figures:
        help = suggest(by, (*SORT_FIELDS, *figures))
        raise SpecError.of("wrong-option", f"no run has `{by}` to sort by", help)
    return lambda run: run.best.get(by)


def summarize_run(run: RunFolder) -> RunSummary:
    """Return a run at a glance. Raises SpecError if its record is damaged."""
    record, metrics = run.read_record(), run.read_metrics()
    state = _run_state(run, record.get("state", ""))
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


def _run_state(run: RunFolder, written: str) -> str:
    return "interrupted" if written == "running" and not is_held(run) else written


def _seconds_since(started: str) -> float | None:
    try:
        return round(time.time() - datetime.fromisoformat(started).timestamp(), 3)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class RunDetails:
    """A run with its record, and the size of each file in its folder, in bytes."""

    summary: RunSummary
    record: dict[str, Any]
    files: dict[str, int]


def describe_run(path: Path) -> RunDetails:
    """Return a run's details. Raises SpecError if the folder is not a run's."""
    run = open_run_folder(path)
    files = {file.name: file.stat().st_size for file in sorted(run.path.iterdir()) if file.is_file()}
    return RunDetails(summarize_run(run), run.read_record(), files)


@dataclass(frozen=True)
class RunComparison:
    """Runs side by side. settings: those that differ, with a value for each run."""

    runs: tuple[RunSummary, ...]
    settings: dict[str, tuple[Any, ...]]


def compare_runs(paths: Sequence[Path], on_damaged: OnDamaged | None = None) -> RunComparison:
    """Put runs side by side.

    on_damaged: takes what is wrong with a run that is left out. Raises SpecError if fewer than two are left.
    """
    runs = list(dict.fromkeys(map(resolve_run_link, paths)))
    if len(runs) == 1:
        open_run_folder(runs[0].path)
        message = f"`{runs[0].path.name}` alone has nothing to be compared with"
        raise SpecError.of("wrong-option", message, "name another run")
    summaries, specs = zip(*read_intact(runs, _summary_and_settings, on_damaged, least=2), strict=True)
    settings = {key: tuple(spec.get(key) for spec in specs) for key in dict.fromkeys(chain(*specs))}
    differing = {key: values for key, values in settings.items() if any(value != values[0] for value in values)}
    return RunComparison(summaries, differing)


def _summary_and_settings(run: RunFolder) -> tuple[RunSummary, dict[str, Any]]:
    return summarize_run(run), {entry.dotted: entry.value for entry in leaf_entries(list_entries(compile_run(run)))}
