"""A run that goes on: the same spec, the same data, from where it stood."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tdcli.nn.state import State
from tdcli.runs.folder import RunFolder, begin_run, open_run
from tdcli.services.compile import Compiled
from tdcli.services.compile_run import compile_run
from tdcli.services.filled import entries, flat
from tdcli.services.fingerprints import fingerprints
from tdcli.services.prepare import Prepared
from tdcli.services.state import read_state
from tdcli.text.diagnostic import UserError

MAY_CHANGE = ("name", "training.epochs", "training.checkpoint", "search")
"""What says how long, how often and what else may be tried, and nothing of what is computed."""

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
    if may_begin and not RunFolder(path).record.exists():
        return begin_run(path), None
    return resumable(path, compiled, prepared, force=force)


def is_over(path: Path, compiled: Compiled) -> bool:
    """Say whether a run of this spec has ended and no more is asked of it; one that is not there has not."""
    run = RunFolder(path)
    if not run.record.exists() or run.read_record().get("state") != "done" or any(_changed_settings(run, compiled)):
        return False
    return compile_run(run).spec.training.epochs >= compiled.spec.training.epochs


def resumable(path: Path, compiled: Compiled, prepared: Prepared, *, force: bool) -> Standing:
    """Open a run to go on with, and where it stood.

    Raises UserError where spec or data are other ones, unless `force`, or the run cannot be read.
    """
    run = open_run(path)
    changes = [*_changed_settings(run, compiled), *_changed_files(run, prepared)]
    if changes and not force:
        message = f"`{path}` was trained on something else: {'; '.join(changes)}"
        why = "the result would be that of neither"
        help = "take the changes back, train anew without `--resume`, or go on all the same with `--force`"
        raise UserError.of("resume-mismatch", message, help, why=why)
    return run, read_state(run)


def going_on(run: RunFolder) -> str:
    """Say how to go on with a run."""
    command = shlex.join(["tdcli", "train", str(run.spec), "--resume", str(run.path)])
    return f"go on with: {command}"


def _changed_settings(run: RunFolder, compiled: Compiled) -> Iterator[str]:
    yield from differences(_settings(compile_run(run)), _settings(compiled))


def differences(old: dict[str, Any], new: dict[str, Any], may_change: tuple[str, ...] = MAY_CHANGE) -> Iterator[str]:
    """Say which of two specs' values are not the same."""
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key) and not is_under(key, may_change):
            yield f"`{key}` was {old.get(key)}, is {new.get(key)}"


def is_under(key: str, sections: tuple[str, ...]) -> bool:
    """Say whether a dotted key is one of some sections, or inside one."""
    return any(key == each or key.startswith(f"{each}.") for each in sections)


def _settings(compiled: Compiled) -> dict[str, Any]:
    """Return every value of a spec by its key; those that are paths as they stand from anywhere."""
    data = compiled.spec.data
    paths = tuple(f"data.{key}" for key in data.path_keys) if data else ()
    values = {each.dotted: each.value for each in flat(entries(compiled))}
    return {key: _absolute(value, compiled) if is_under(key, paths) else value for key, value in values.items()}


def _absolute(value: Any, compiled: Compiled) -> Any:
    if isinstance(value, list):
        return [_absolute(each, compiled) for each in value]
    return str((compiled.folder / value).resolve()) if isinstance(value, str) else value


def _changed_files(run: RunFolder, prepared: Prepared) -> Iterator[str]:
    old, new = run.read_record().get("data", {}), fingerprints(prepared.data)
    for path in dict.fromkeys([*old, *new]):
        if old.get(path) != new.get(path):
            yield f"the file `{path}` {'is no longer read' if path not in new else 'is another one'}"
