"""Which run the weights of another came from, as its spec's first line says before there is a record."""

import json
from pathlib import Path

from tdcli.runs.files import read_regular_file
from tdcli.runs.folder import RunFolder

START_MARK = "# started from "


def mark_start(spec: str, start: str | None) -> str:
    """Return the text of a spec with a first line that names the run to start from, if there is one."""
    return spec if start is None else f"{START_MARK}{json.dumps(start)}\n{spec}"


def start_of(run: RunFolder) -> Path | None:
    """Return the run that a spec's first line names; None where it names none, or cannot be read."""
    try:
        first = read_regular_file(run.spec).split(b"\n", 1)[0].decode()
        return Path(json.loads(first.removeprefix(START_MARK))) if first.startswith(START_MARK) else None
    except (OSError, ValueError, TypeError):
        return None
