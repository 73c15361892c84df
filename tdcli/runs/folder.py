"""The folder of a run. It contains everything that is needed to use a trained model and to repeat its training."""

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
"""The version of the folder's layout, which `docs/reference/runs.md` describes."""

EPOCH_LIMIT = 2**31

RESTORE = "restore the file, or train again with `tdcli train`"

LATEST_LINK = "latest"
"""The name of the link to the newest run, in the same folder as the runs."""


_RUN_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-.+")
"""The folder names that `create_run` chooses."""


@dataclass(frozen=True)
class RunFolder:
    """The files of a run, which `docs/reference/runs.md` describes."""

    path: Path

    @property
    def spec(self) -> Path:
        """The resolved spec, with the values of `--set` and with absolute paths of the data."""
        return self.path / "spec.yaml"

    @property
    def best_model(self) -> Path:
        """The model of the best epoch."""
        return self.path / "best.keras"

    @property
    def last_model(self) -> Path:
        """The model after the last epoch."""
        return self.path / "last.keras"

    @property
    def state(self) -> Path:
        """The state of training, which `train --resume` restores: weights, optimizer, counters and history."""
        return self.path / "state.npz"

    @property
    def record(self) -> Path:
        """Versions, seed, command, data fingerprints, state, and the values fitted on the training set."""
        return self.path / "run.json"

    @property
    def metrics(self) -> Path:
        """The progress of training: the metrics of the best and of the last epoch."""
        return self.path / "metrics.json"

    @property
    def lock(self) -> Path:
        """The lock of the process that trains."""
        return self.path / "lock"

    @property
    def history(self) -> Path:
        """The metrics of each epoch, one row for each."""
        return self.path / "history.csv"

    @property
    def unfinished(self) -> list[Path]:
        """The temporary files of a training that was killed while it wrote."""
        return unfinished_files(self.path, {each.name for each in self._files})

    @property
    def is_only_begun(self) -> bool:
        """Whether a training was killed before it wrote its record."""
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
        """Remove the temporary files of a killed training. Only the process that holds the lock may call this."""
        for path in (*self.unfinished, _temporary_link(self.path)):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def write_history(self, rows: Iterable[Mapping[str, float]]) -> None:
        """Write the history atomically."""
        rows = list(rows)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else ["epoch"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_text(self.history, text.getvalue())

    def read_history(self) -> list[dict[str, float]]:
        """Return the metrics of each epoch, or an empty list before the first. Raises SpecError for a damaged file."""
        try:
            text = io.StringIO(read_regular_file(self.history).decode(), newline="")
            rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(text)]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, csv.Error):
            raise self._damaged_history("some of its cells are not numbers") from None
        if not all(_counts_epochs(row.get("epoch", 0.0)) for row in rows):
            raise self._damaged_history("its column `epoch` does not contain the numbers of epochs")
        return rows

    def _damaged_history(self, reason: str) -> SpecError:
        return SpecError.of("not-a-run", f"`{self.history}` cannot be read: {reason}", RESTORE)

    def write_record(self, values: Mapping[str, Any]) -> None:
        """Write the record atomically."""
        write_json(self.record, {"format": FORMAT, **values})

    def read_record(self) -> dict[str, Any]:
        """Return the record. Raises SpecError if the folder is not a run folder, or if a value has the wrong type."""
        try:
            data, record = read_json(self.record)
        except InvalidJsonError:
            raise _not_a_run(self.path) from None
        if record.get("format") != FORMAT:
            raise _not_a_run(self.path)
        check_stored(RunRecord, data, str(self.record), "not-a-run", RESTORE)
        return record

    def read_metrics(self) -> dict[str, Any]:
        """Return the progress of training, empty before the first checkpoint. Raises SpecError for a damaged file."""
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
    """Create a folder `<time>-<name>` in `parent`, and point `latest` to it. Raises ExecutionError.

    The time is in UTC, so that names sort by time even when clocks change in autumn.
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
    """Create this folder for a run, and point the link `latest` next to it to it. Raises ExecutionError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    _update_latest(path.parent / LATEST_LINK, path)
    return RunFolder(path)


def _update_latest(link: Path, run: Path) -> None:
    """Point `link` to the run, unless the file system has no links or another file has that name."""
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
    """Return the folder of a run, with links resolved. Raises SpecError if `path` is not a run folder."""
    run = resolve_run_link(path)
    run.read_record()
    return run


def resolve_run_link(path: Path) -> RunFolder:
    """Return a folder, or the target of the link `path`."""
    return RunFolder(path.parent / path.readlink() if path.is_symlink() else path)


def _not_a_run(path: Path) -> SpecError:
    if not path.exists():
        reason = f"the folder `{path}` does not exist"
    else:
        reason = f"`{path}` is not a run folder: it has no valid `run.json`"
    return SpecError.of("not-a-run", reason, *_runs_nearby(path))


def _runs_nearby(path: Path) -> tuple[str, ...]:
    for folder in (path, path.parent):
        runs = find_runs(folder)
        if runs:
            return (f"use the newest run in `{folder}`: `{runs[-1].path}`",)
    return ("run `tdcli train SPEC`, which creates one",)


def find_runs(folder: Path) -> tuple[RunFolder, ...]:
    """Return the runs of a folder, the oldest first; empty if the folder cannot be read."""
    try:
        records = sorted(folder.glob("*/run.json"))
    except OSError:
        return ()
    return tuple(RunFolder(each.parent) for each in records if not each.parent.is_symlink())
