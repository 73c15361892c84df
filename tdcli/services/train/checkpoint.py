"""The state of a training as one file of arrays."""

from typing import Any

import numpy as np

from tdcli.nn.training.checkpoint import EpochRow, State
from tdcli.runs.archive import check_archive
from tdcli.runs.files import write_whole
from tdcli.runs.folder import RunFolder
from tdcli.text.damage import translate_errors
from tdcli.text.diagnostic import UserError

HISTORY = "history"
"""The array of the epochs' results. The file also has their names, and the variables by number."""


def write_state(run: RunFolder, state: State) -> None:
    """Write the state of a run, whole or not at all."""
    names = list(state.history[0]) if state.history else []
    rows = np.array([[row[name] for name in names] for row in state.history], np.float64)
    arrays: dict[str, Any] = {f"{number:05}": variable for number, variable in enumerate(state.variables)}
    arrays |= {HISTORY: rows, f"{HISTORY}_names": np.array(names)}
    write_whole(run.state, lambda part: np.savez(part, **arrays))


def read_state(run: RunFolder) -> State | None:
    """Read the state of a run, None where it has no checkpoint yet. Raises UserError for damage."""
    if not run.state.exists():
        return None
    message = f"`{run.path}` cannot be resumed: it has no sound `{run.state.name}`"
    with translate_errors(lambda _: UserError.of("not-a-run", message, "train again with `tdcli train`")):
        check_archive(run.state)
        with np.load(run.state, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        rows, names = arrays.pop(HISTORY), arrays.pop(f"{HISTORY}_names").tolist()
        history: list[EpochRow] = [dict(zip(names, row, strict=True)) for row in rows.tolist()]
        for row in history:
            row["epoch"] = int(row["epoch"])
        return State([arrays[name] for name in sorted(arrays)], history)
