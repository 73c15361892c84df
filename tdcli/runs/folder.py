"""A run's folder: one training, with all that is needed to use and repeat it."""

import csv
import io
import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tdcli.runs.files import cannot_write, write_json, write_text
from tdcli.text.diagnostic import UserError

FORMAT = 1
"""The version of the layout, which `docs/runs.md` describes."""

LATEST = "latest"
"""The link beside the runs that leads to the newest."""


@dataclass(frozen=True)
class RunFolder:
    """The files of a run; `docs/runs.md` describes them."""

    path: Path

    @property
    def spec(self) -> Path:
        """The resolved spec: with `--set` values in, and data paths that hold from anywhere."""
        return self.path / "spec.yaml"

    @property
    def best_model(self) -> Path:
        """The model of the best epoch."""
        return self.path / "best.keras"

    @property
    def last_model(self) -> Path:
        """The model as training left it."""
        return self.path / "last.keras"

    @property
    def state(self) -> Path:
        """Where training stands: weights, optimizer, counters, history; `train --resume` goes on from it."""
        return self.path / "state.npz"

    @property
    def record(self) -> Path:
        """Versions, seed, command, data fingerprints, state, what was learnt from the data."""
        return self.path / "run.json"

    @property
    def metrics(self) -> Path:
        """How far training came: the figures of the best and of the last epoch."""
        return self.path / "metrics.json"

    @property
    def lock(self) -> Path:
        """Held by the process that trains."""
        return self.path / "lock"

    @property
    def history(self) -> Path:
        """One row an epoch."""
        return self.path / "history.csv"

    def write_history(self, rows: Iterable[Mapping[str, float]]) -> None:
        """Write the history, whole or not at all."""
        rows = list(rows)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else ["epoch"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_text(self.history, text.getvalue())

    def read_history(self) -> list[dict[str, float]]:
        """Return an epoch's results each; nothing where none was written yet, or not in numbers."""
        try:
            with self.history.open(encoding="utf-8", newline="") as file:
                return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
        except (OSError, ValueError, TypeError):
            return []

    def write_record(self, values: Mapping[str, Any]) -> None:
        """Write the record, whole or not at all."""
        write_json(self.record, {"format": FORMAT, **values})

    def read_record(self) -> dict[str, Any]:
        """Return the record. Raises UserError where the folder is none of a run."""
        record = _mapping(self.record)
        if record.get("format") != FORMAT:
            raise _no_run(self.path)
        return record

    def read_metrics(self) -> dict[str, Any]:
        """Return how far training came; nothing where no checkpoint was written yet."""
        return _mapping(self.metrics)


def _mapping(path: Path) -> dict[str, Any]:
    """Return a JSON file's object; an empty one where it holds none."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def create_run(parent: Path, name: str) -> RunFolder:
    """Make a new folder `<time>-<name>` in `parent`, and let `latest` lead to it. Raises WorkFailure.

    The time is UTC, so that names sort by it where clocks change in autumn.
    """
    stem = time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + "-" + name.replace(" ", "-")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = parent / (stem if number == 1 else f"{stem}-{number:03}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            _link(parent / LATEST, path)
            return RunFolder(path)
    except OSError as error:
        raise cannot_write(parent, error) from None
    raise cannot_write(parent, OSError("too many runs in one second"))


def begin_run(path: Path) -> RunFolder:
    """Make this folder for a run, and let `latest` beside it lead to it. Raises WorkFailure."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    _link(path.parent / LATEST, path)
    return RunFolder(path)


def _link(link: Path, run: Path) -> None:
    """Let `link` lead to the run, where the file system has links and nothing else has that name."""
    made = link.with_name(f".{run.name}")
    with suppress(OSError):
        made.symlink_to(run.name, target_is_directory=True)
        try:
            made.replace(link)
        finally:
            made.unlink(missing_ok=True)


def open_run(path: Path) -> RunFolder:
    """Return a run's folder, under its own name. Raises UserError where `path` is none of a run."""
    run = RunFolder(path.parent / path.readlink() if path.is_symlink() else path)
    run.read_record()
    return run


def _no_run(path: Path) -> UserError:
    if not path.exists():
        reason = f"there is no folder `{path}`"
    else:
        reason = f"`{path}` is not a run folder: it has no sound `run.json`"
    return UserError.of("not-a-run", reason, *_runs_nearby(path))


def _runs_nearby(path: Path) -> tuple[str, ...]:
    for folder in (path, path.parent):
        runs = runs_in(folder)
        if runs:
            return (f"the newest run in `{folder}` is `{runs[-1].path}`",)
    return ("`tdcli train SPEC` writes one",)


def runs_in(folder: Path) -> tuple[RunFolder, ...]:
    """Return the runs of a folder, the oldest first; none where it cannot be read."""
    try:
        records = sorted(folder.glob("*/run.json"))
    except OSError:
        return ()
    return tuple(RunFolder(each.parent) for each in records if not each.parent.is_symlink())
