"""A run's folder: one training, with all that is needed to use and repeat it."""

import csv
import io
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tdcli.runs.files import cannot_write, read_regular_file, unfinished_files, write_json, write_text
from tdcli.runs.stored import InvalidJsonError, RunRecord, StoredMetrics, check_stored, read_json
from tdcli.text.errors import SpecError

FORMAT = 1
"""The version of the layout, which `docs/reference/runs.md` describes."""

EPOCH_LIMIT = 2**31

RESTORE = "put the file back as it was, or train again with `tdcli train`"

LATEST_LINK = "latest"
"""The link beside the runs that leads to the newest."""


_RUN_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-.+")
"""How `create_run` names folders."""


@dataclass(frozen=True)
class RunFolder:
    """The files of a run; `docs/reference/runs.md` describes them."""

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

    @property
    def unfinished(self) -> list[Path]:
        """What a training left that was killed while it wrote."""
        return unfinished_files(self.path, {each.name for each in self._files})

    @property
    def is_only_begun(self) -> bool:
        """Whether a training was killed here before it wrote its record."""
        if self.record.exists() or not self.path.is_dir():
            return False
        others = set(self.path.iterdir()) - set(self.unfinished)
        was_made_for_it = _RUN_NAME.fullmatch(self.path.name) or self.unfinished or others
        return bool(was_made_for_it) and others <= {self.spec, self.lock}

    @property
    def _files(self) -> tuple[Path, ...]:
        models = (self.best_model, self.last_model)
        return (self.spec, *models, self.state, self.record, self.metrics, self.history)

    def clear_unfinished(self) -> None:
        """Remove what a killed training left; for the process that holds the lock."""
        for path in (*self.unfinished, _temporary_link(self.path)):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def write_history(self, rows: Iterable[Mapping[str, float]]) -> None:
        """Write the history, whole or not at all."""
        rows = list(rows)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else ["epoch"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_text(self.history, text.getvalue())

    def read_history(self) -> list[dict[str, float]]:
        """Return an epoch's results each; nothing where none was written yet. Raises SpecError for damage."""
        try:
            text = io.StringIO(read_regular_file(self.history).decode(), newline="")
            rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(text)]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, csv.Error):
            raise self._damaged_history("it does not hold a number in every cell") from None
        if not all(_counts_epochs(row.get("epoch", 0.0)) for row in rows):
            raise self._damaged_history("its column `epoch` does not count epochs")
        return rows

    def _damaged_history(self, reason: str) -> SpecError:
        return SpecError.of("not-a-run", f"`{self.history}` cannot be read: {reason}", RESTORE)

    def write_record(self, values: Mapping[str, Any]) -> None:
        """Write the record, whole or not at all."""
        write_json(self.record, {"format": FORMAT, **values})

    def read_record(self) -> dict[str, Any]:
        """Return the record. Raises SpecError where the folder is none of a run, or a value has another type."""
        try:
            data, record = read_json(self.record)
        except InvalidJsonError:
            raise _not_a_run(self.path) from None
        if record.get("format") != FORMAT:
            raise _not_a_run(self.path)
        check_stored(RunRecord, data, str(self.record), "not-a-run", RESTORE)
        return record

    def read_metrics(self) -> dict[str, Any]:
        """Return how far training came; nothing where no checkpoint was written yet. Raises SpecError for damage."""
        if not self.metrics.exists():
            return {}
        try:
            data, values = read_json(self.metrics)
        except InvalidJsonError as error:
            raise SpecError.of("not-a-run", f"`{self.metrics}` cannot be read: {error}", RESTORE) from None
        check_stored(StoredMetrics, data, str(self.metrics), "not-a-run", RESTORE)
        return values


def _counts_epochs(value: float) -> bool:
    return value.is_integer() and 1 <= value < EPOCH_LIMIT


def create_run(parent: Path, name: str) -> RunFolder:
    """Make a new folder `<time>-<name>` in `parent`, and let `latest` lead to it. Raises ExecutionError.

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
            _update_latest(parent / LATEST_LINK, path)
            return RunFolder(path)
    except OSError as error:
        raise cannot_write(parent, error) from None
    raise cannot_write(parent, OSError("too many runs in one second"))


def begin_run(path: Path) -> RunFolder:
    """Make this folder for a run, and let `latest` beside it lead to it. Raises ExecutionError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    _update_latest(path.parent / LATEST_LINK, path)
    return RunFolder(path)


def _update_latest(link: Path, run: Path) -> None:
    """Let `link` lead to the run, where the file system has links and nothing else has that name."""
    made = _temporary_link(run)
    with suppress(OSError):
        made.unlink(missing_ok=True)
        made.symlink_to(run.name, target_is_directory=True)
        try:
            made.replace(link)
        finally:
            made.unlink(missing_ok=True)


def _temporary_link(run: Path) -> Path:
    return run.with_name(f".{run.name}")


def open_run_folder(path: Path) -> RunFolder:
    """Return a run's folder, under its own name. Raises SpecError where `path` is none of a run."""
    run = resolve_run_link(path)
    run.read_record()
    return run


def resolve_run_link(path: Path) -> RunFolder:
    """Return a folder under its own name, where `path` may be a link to it."""
    return RunFolder(path.parent / path.readlink() if path.is_symlink() else path)


def _not_a_run(path: Path) -> SpecError:
    if not path.exists():
        reason = f"there is no folder `{path}`"
    else:
        reason = f"`{path}` is not a run folder: it has no sound `run.json`"
    return SpecError.of("not-a-run", reason, *_runs_nearby(path))


def _runs_nearby(path: Path) -> tuple[str, ...]:
    for folder in (path, path.parent):
        runs = find_runs(folder)
        if runs:
            return (f"the newest run in `{folder}` is `{runs[-1].path}`",)
    return ("`tdcli train SPEC` writes one",)


def find_runs(folder: Path) -> tuple[RunFolder, ...]:
    """Return the runs of a folder, the oldest first; none where it cannot be read."""
    try:
        records = sorted(folder.glob("*/run.json"))
    except OSError:
        return ()
    return tuple(RunFolder(each.parent) for each in records if not each.parent.is_symlink())
