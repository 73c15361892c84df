"""Resume a run: find where it stopped, and reject a spec or data that changed since its first session."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tdcli.data.labels import UnknownValueError
from tdcli.nn.training.checkpoint import State
from tdcli.runs.folder import RunFolder, begin_run, open_run_folder, resolve_run_link
from tdcli.services.evaluate.open_model import open_model
from tdcli.services.samples.prepare import Prepared, data_seed
from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.train.checkpoint import read_state
from tdcli.services.train.commands import start_command
from tdcli.services.train.misfits import refuse_misfits
from tdcli.services.train.settings import (
    absolute_settings_of,
    changed_keys,
    describe_change,
    is_under,
    path_keys,
)
from tdcli.text.errors import SpecError

FIXED = (
    "architecture", "data", "split", "training.loss", "training.metrics", "training.monitor",
    "training.early_stopping.monitor", "training.optimizer", "training.schedule", "training.dtype_policy",
)  # fmt: skip
"""Settings that `--force` cannot change. They determine the samples, the metric that compares epochs, and the variables
of a checkpoint, which include the learning rate."""

READING = ("data.stream", "data.cache")
"""Settings of the data that do not change the samples."""


@dataclass(frozen=True)
class ResumePoint:
    """A run, and the state in which its training stopped. The state is None at the start."""

    run: RunFolder
    state: State | None = None


@dataclass(frozen=True)
class RunChange:
    """Something that changed since a run was trained. can_force: whether `--force` resumes despite the change.

    path_only: whether only a path changed. Then the contents of its file decide whether the data changed.
    """

    text: str
    can_force: bool
    path_only: bool = False


def resolve_resume(
    path: Path, compiled: Compiled, prepared: Prepared, *, force: bool, create_missing: bool
) -> ResumePoint:
    """Return the point to resume from. create_missing: create the run if it does not exist yet.

    Raises the errors of `open_resume_point`.
    """
    if is_at_beginning(path, create_missing=create_missing):
        return ResumePoint(begin_run(resolve_run_link(path).path))
    return open_resume_point(path, compiled, prepared, force=force)


def is_at_beginning(path: Path, *, create_missing: bool) -> bool:
    """Return whether a run has nothing to resume from: it does not exist, or was killed before its first record."""
    run = resolve_run_link(path)
    return not run.record.exists() and (create_missing or run.is_only_begun)


def is_finished(path: Path, compiled: Compiled) -> bool:
    """Return whether a run of this spec exists, is done, and has all epochs of the spec."""
    run = RunFolder(path)
    if not run.record.exists() or run.read_record().get("state") != "done" or any(_setting_changes(run, compiled)):
        return False
    return compile_run(run).spec.training.epochs >= compiled.spec.training.epochs


def open_resume_point(path: Path, compiled: Compiled, prepared: Prepared, *, force: bool) -> ResumePoint:
    """Open a run at the point where it stopped.

    Raises SpecError if the spec or the data changed, or if the run cannot be read. `force` accepts changes that do not
    affect the model, the data and the comparison of epochs.
    """
    run = open_run_folder(path)
    files = [*_file_changes(run, prepared)]
    settings = [change for change in _setting_changes(run, compiled) if files or not change.path_only]
    _refuse_changes(path, compiled, [*settings, *files], force=force)
    return ResumePoint(run, read_state(run))


def check_settings(path: Path, compiled: Compiled, *, force: bool, create_missing: bool) -> None:
    """Raise SpecError if a spec cannot resume a run, whatever its files contain. Options as in `resolve_resume`."""
    if not is_at_beginning(path, create_missing=create_missing):
        changes = [change for change in _setting_changes(open_run_folder(path), compiled) if not change.path_only]
        _refuse_changes(path, compiled, changes, force=force)


@contextmanager
def refusing_unknown_values(path: Path | None, compiled: Compiled) -> Iterator[None]:
    """Report values without a code as a change of the data if a run is resumed: it was trained on other values."""
    try:
        yield
    except UnknownValueError as error:
        unknown = list(error.diagnostics)
        if path is not None and RunFolder(path).record.exists():
            changes = [RunChange(diagnostic.message, can_force=False) for diagnostic in unknown]
            _refuse_changes(path, compiled, changes, force=False)
        raise


def _refuse_changes(path: Path, compiled: Compiled, changes: Sequence[RunChange], *, force: bool) -> None:
    refused = [change for change in changes if not (force and change.can_force)]
    if not refused:
        return
    message = (
        f"`{path}` cannot be resumed, because the spec or data changed: {'; '.join(change.text for change in refused)}"
    )
    if all(change.can_force for change in refused):
        why = "the result would mix two different trainings"
        help = "undo the changes, start a new run without `--resume`, or add `--force` to resume despite the changes"
    else:
        why = "epochs of different data or models cannot be compared, and the scaling was fitted with the weights"
        help = "undo the changes, or start a new run without `--resume`"
        if _can_start_from(path, compiled):
            help = f"undo the changes, or start a new run from its weights: `{start_command(path, compiled)}`"
    raise SpecError.of("resume-mismatch", message, help, why=why)


def _can_start_from(path: Path, compiled: Compiled) -> bool:
    """Return whether a new run of a spec can start from the weights of a run."""
    try:
        refuse_misfits(open_model(path), compiled, path)
    except SpecError:
        return False
    return True


def _setting_changes(run: RunFolder, compiled: Compiled) -> Iterator[RunChange]:
    before = compile_run(run)
    old, new = absolute_settings_of(before), absolute_settings_of(compiled)
    fixed = (*FIXED, *(("training.seed",) if data_seed(before.spec) != data_seed(compiled.spec) else ()))
    if not run.read_record().get("monitor", "").startswith("val_"):
        fixed = (*fixed, "training.class_weight")  # it weights the loss of the training set
    for key in changed_keys(old, new):
        path_only = is_under(key, path_keys(compiled)) and None not in (old.get(key), new.get(key))
        can_force = path_only or is_under(key, READING) or not is_under(key, fixed)
        yield RunChange(describe_change(key, old, new), can_force, path_only)


def _file_changes(run: RunFolder, prepared: Prepared) -> Iterator[RunChange]:
    """Yield the data files that changed. A new path with the same contents does not count as a change."""
    old, new = run.read_record().get("data", {}), prepared.fingerprints
    if list(old.values()) == list(new.values()):
        return
    for path in dict.fromkeys([*old, *new]):
        if old.get(path) != new.get(path):
            text = f"the data file `{path}` {'is no longer read' if path not in new else 'has other contents'}"
            yield RunChange(text, can_force=False)
