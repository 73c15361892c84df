"""Write and read the state of a training as one file of arrays."""

from typing import Any

import numpy as np

from tdcli.nn.training.callbacks import EpochRow
from tdcli.nn.training.checkpoint import State
from tdcli.runs.archive import check_archive
from tdcli.runs.files import write_whole
from tdcli.runs.folder import RunFolder
from tdcli.text.damage import translate_errors
from tdcli.text.errors import SpecError

FORMAT = 2
"""The number of the file format. Format 1 stores no number, and numbers its variables."""

VARIABLE = "variables/"
"""The prefix of the names of variables in the file."""


def write_state(run: RunFolder, state: State) -> None:
    """Write the state of a run, completely or not at all."""
    columns = list(state.history[0]) if state.history else []
    rows = np.array([[row[name] for name in columns] for row in state.history], np.float64)
    arrays: dict[str, Any] = {"format": np.array(FORMAT), "history": rows, "history_names": np.array(columns)}
    arrays |= {f"{VARIABLE}{name}": variable for name, variable in state.variables.items()}
    write_whole(run.state, lambda part: np.savez(part, **arrays))


def read_state(run: RunFolder) -> State | None:
    """Return the state of a run, or None if it has no checkpoint yet.

    Raises SpecError for a damaged file, and for the format of a later version.
    """
    if not run.state.exists():
        return None
    message = f"`{run.path}` cannot be resumed: `{run.state.name}` is damaged"
    with translate_errors(lambda _: SpecError.of("not-a-run", message, "train again with `tdcli train`")):
        check_archive(run.state)
        with np.load(run.state, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        _check_format(run, int(arrays.pop("format", FORMAT)))
        rows, columns = arrays.pop("history"), arrays.pop("history_names").tolist()
        history: list[EpochRow] = [dict(zip(columns, row, strict=True)) for row in rows.tolist()]
        for row in history:
            row["epoch"] = int(row["epoch"])
        return State({name.removeprefix(VARIABLE): value for name, value in arrays.items()}, history)


def _check_format(run: RunFolder, number: int) -> None:
    if number > FORMAT:
        message = f"`{run.state}` has format {number}, but this version of tdcli reads formats up to {FORMAT}"
        raise SpecError.of("not-a-run", message, "resume with the version of tdcli that wrote it, or a later one")
