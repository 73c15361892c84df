"""A run that goes on: the same spec, the same data, from where it stood."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tdcli.data.labels import UnknownValueError
from tdcli.nn.training.checkpoint import State
from tdcli.runs.folder import RunFolder, begin_run, open_run, own_folder
from tdcli.services.samples.fingerprints import fingerprints
from tdcli.services.samples.prepare import Origin, Prepared, data_seed, prepare
from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.specs.defaults import entries, flat
from tdcli.services.train.checkpoint import read_state
from tdcli.text.diagnostic import COMMAND_LINE, UserError

MAY_CHANGE = ("name", "training.epochs", "training.checkpoint", "search")
"""What says how long, how often and what else may be tried, and nothing of what is computed."""

FIXED = (
    "architecture", "data", "split", "training.loss", "training.metrics", "training.monitor",
    "training.early_stopping.monitor", "training.optimizer", "training.schedule", "training.dtype_policy",
)  # fmt: skip
"""What `--force` cannot change: the samples and the figure by which epochs are compared, and what a checkpoint has
variables of, the learning rate among them."""

HOW_READ = ("data.stream", "data.cache")
"""What of the data's settings changes no sample."""


@dataclass(frozen=True)
class Change:
    """What is not as it was, in words; forced: whether `--force` goes on all the same.

    moved: a path is another one, and only its file tells whether the data are.
    """

    text: str
    forced: bool
    moved: bool = False


Standing = tuple[RunFolder, State | None]
"""A run, and where its training stood: None for its beginning."""


def standing(
    path: Path | None, compiled: Compiled, prepared: Prepared, *, force: bool, may_begin: bool
) -> Standing | None:
    """Return the run to go on with, if one was asked for; `may_begin`: begun there where there is none yet.

    Raises what `resumable` does.
    """
    if path is None:
        return None
    if begins(path, may_begin=may_begin):
        return begin_run(own_folder(path).path), None
    return resumable(path, compiled, prepared, force=force)


def begins(path: Path, *, may_begin: bool) -> bool:
    """Say whether a run has nothing to go on from: it need not be there, or was killed before its first record."""
    run = own_folder(path)
    return not run.record.exists() and (may_begin or run.is_only_begun)


def is_over(path: Path, compiled: Compiled) -> bool:
    """Say whether a run of this spec has ended and no more is asked of it; one that is not there has not."""
    run = RunFolder(path)
    if not run.record.exists() or run.read_record().get("state") != "done" or any(_changed_settings(run, compiled)):
        return False
    return compile_run(run).spec.training.epochs >= compiled.spec.training.epochs


def resumable(path: Path, compiled: Compiled, prepared: Prepared, *, force: bool) -> Standing:
    """Open a run to go on with, and where it stood.

    Raises UserError where spec or data are other ones, or the run cannot be read. `force` lets pass what leaves model,
    data and the comparison of epochs as they are.
    """
    run = open_run(path)
    files = [*_changed_files(run, prepared)]
    settings = [each for each in _changed_settings(run, compiled) if files or not each.moved]
    changes = [*settings, *files]
    _refuse(path, compiled, changes, force=force)
    return run, read_state(run)


def refuse_other_settings(path: Path | None, compiled: Compiled, *, force: bool, may_begin: bool) -> None:
    """Raise UserError where a run cannot go on with a spec, whatever its files hold; options as `standing` has them."""
    if path is not None and not begins(path, may_begin=may_begin):
        changes = [each for each in _changed_settings(open_run(path), compiled) if not each.moved]
        _refuse(path, compiled, changes, force=force)


def prepare_again(path: Path | None, compiled: Compiled, origin: Origin | None) -> Prepared:
    """Do what `prepare` does; what a run that goes on has no code for was not in the data that it was trained on."""
    try:
        return prepare(compiled, origin=origin)
    except UnknownValueError as error:
        unknown = [Change(each.message, forced=False) for each in error.diagnostics]
        if path is not None and RunFolder(path).record.exists():
            _refuse(path, compiled, unknown, force=False)
        raise


def _refuse(path: Path, compiled: Compiled, changes: Sequence[Change], *, force: bool) -> None:
    refused = [each for each in changes if not (force and each.forced)]
    if not refused:
        return
    message = f"`{path}` was trained on something else: {'; '.join(each.text for each in refused)}"
    if all(each.forced for each in refused):
        why = "the result would be that of neither"
        help = "take the changes back, train anew without `--resume`, or go on all the same with `--force`"
    else:
        why = "epochs on other data or of another model cannot be compared, and the scaling belongs to the weights"
        help = f"take the changes back, or start a new run from its weights: `{starting_from(path, compiled)}`"
    raise UserError.of("resume-mismatch", message, help, why=why)


def starting_from(path: Path, compiled: Compiled) -> str:
    """Return the command that starts a new run from the weights of another."""
    spans = compiled.document.spans.values()
    settings = dict.fromkeys(span.source for span in spans if span.path == COMMAND_LINE)
    given = [word for each in settings for word in ("--set", each)]
    return shlex.join(["tdcli", "train", str(compiled.document.path), *given, "--from", str(path)])


def going_on(run: RunFolder) -> str:
    """Say how to go on with a run."""
    command = shlex.join(["tdcli", "train", str(run.spec), "--resume", str(run.path)])
    return f"go on with: {command}"


def _changed_settings(run: RunFolder, compiled: Compiled) -> Iterator[Change]:
    before = compile_run(run)
    old, new = _settings(before), _settings(compiled)
    fixed = (*FIXED, *(("training.seed",) if data_seed(before.spec) != data_seed(compiled.spec) else ()))
    if not run.read_record().get("monitor", "").startswith("val_"):
        fixed = (*fixed, "training.class_weight")  # which the loss of the training part is weighted by
    for key in changed_keys(old, new):
        moved = is_under(key, _path_keys(compiled)) and None not in (old.get(key), new.get(key))
        forced = moved or is_under(key, HOW_READ) or not is_under(key, fixed)
        yield Change(_difference(key, old, new), forced, moved)


def differences(old: dict[str, Any], new: dict[str, Any], may_change: tuple[str, ...] = MAY_CHANGE) -> Iterator[str]:
    """Say which of two specs' values are not the same."""
    for key in changed_keys(old, new, may_change):
        yield _difference(key, old, new)


def changed_keys(old: dict[str, Any], new: dict[str, Any], may_change: tuple[str, ...] = MAY_CHANGE) -> Iterator[str]:
    """Yield the keys of values that are not the same in two specs."""
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key) and not is_under(key, may_change):
            yield key


def _difference(key: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    return f"`{key}` was {old.get(key)}, is {new.get(key)}"


def is_under(key: str, sections: tuple[str, ...]) -> bool:
    """Say whether a dotted key is one of some sections, or inside one."""
    return any(key == each or key.startswith(f"{each}.") for each in sections)


def _settings(compiled: Compiled) -> dict[str, Any]:
    """Return every value of a spec by its key; those that are paths as they stand from anywhere."""
    paths, values = _path_keys(compiled), {each.dotted: each.value for each in flat(entries(compiled))}
    return {key: _absolute(value, compiled) if is_under(key, paths) else value for key, value in values.items()}


def _path_keys(compiled: Compiled) -> tuple[str, ...]:
    return tuple(f"data.{key}" for key in compiled.spec.data.path_keys) if compiled.spec.data else ()


def _absolute(value: Any, compiled: Compiled) -> Any:
    if isinstance(value, list):
        return [_absolute(each, compiled) for each in value]
    return str((compiled.folder / value).resolve()) if isinstance(value, str) else value


def _changed_files(run: RunFolder, prepared: Prepared) -> Iterator[Change]:
    """Say which files are others; those that hold the same under another path are none."""
    old, new = run.read_record().get("data", {}), fingerprints(prepared.data)
    if list(old.values()) == list(new.values()):
        return
    for path in dict.fromkeys([*old, *new]):
        if old.get(path) != new.get(path):
            text = f"the file `{path}` {'is no longer read' if path not in new else 'is another one'}"
            yield Change(text, forced=False)
