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
"""The fields that runs can be sorted by, in addition to the metrics of their best epochs."""


@dataclass(frozen=True)
class RunSummary:
    """The summary of a run.

    state: running, done, interrupted or failed. A run whose process died counts as interrupted.
    seconds: the training time of all sessions.
    monitor: the metric that chose the best epoch.
    best, last: the metrics of the best and of the last epoch, None if not finite.
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

    on_damaged: called with the errors of a run that is skipped. Raises SpecError if there are no runs, if none can be
    read, or if none has the metric.
    """
    runs = find_runs(folder)
    if not runs:
        reason = "contains no runs" if folder.is_dir() else "is not a folder"
        raise SpecError.of("not-a-run", f"`{folder}` {reason}", "run `tdcli train SPEC` to write one into `runs`")
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
        raise SpecError.of("wrong-option", f"no run has the field or metric `{by}`", help)
    return lambda run: run.best.get(by)


def summarize_run(run: RunFolder) -> RunSummary:
    """Return the summary of a run. Raises SpecError if its record is damaged."""
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
    """A run with its record, and the size of each file in its folder in bytes."""

    summary: RunSummary
    record: dict[str, Any]
    files: dict[str, int]


def describe_run(path: Path) -> RunDetails:
    """Return the details of a run. Raises SpecError if the folder is not a run folder."""
    run = open_run_folder(path)
    files = {file.name: file.stat().st_size for file in sorted(run.path.iterdir()) if file.is_file()}
    return RunDetails(summarize_run(run), run.read_record(), files)


@dataclass(frozen=True)
class RunComparison:
    """Several runs. settings: the settings that differ, with a value for each run."""

    runs: tuple[RunSummary, ...]
    settings: dict[str, tuple[Any, ...]]


def compare_runs(paths: Sequence[Path], on_damaged: OnDamaged | None = None) -> RunComparison:
    """Compare several runs.

    on_damaged: called with the errors of a run that is skipped. Raises SpecError if fewer than two runs are left.
    """
    runs = list(dict.fromkeys(map(resolve_run_link, paths)))
    if len(runs) == 1:
        open_run_folder(runs[0].path)
        message = f"only one run to compare was given: `{runs[0].path.name}`"
        raise SpecError.of("wrong-option", message, "add another run")
    summaries, specs = zip(*read_intact(runs, _summary_and_settings, on_damaged, least=2), strict=True)
    settings = {key: tuple(spec.get(key) for spec in specs) for key in dict.fromkeys(chain(*specs))}
    differing = {key: values for key, values in settings.items() if any(value != values[0] for value in values)}
    return RunComparison(summaries, differing)


def _summary_and_settings(run: RunFolder) -> tuple[RunSummary, dict[str, Any]]:
    return summarize_run(run), {entry.dotted: entry.value for entry in leaf_entries(list_entries(compile_run(run)))}
