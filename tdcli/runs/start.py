"""The run whose weights another run started from. The first line of its spec has it until there is a record."""

import json
from pathlib import Path

from tdcli.runs.files import read_regular_file
from tdcli.runs.folder import RunFolder

START_MARK = "# started from "


def mark_start(spec: str, start: str | None) -> str:
    """Return the text of a spec, with a first line for the run to start from, if there is one."""
    return spec if start is None else f"{START_MARK}{json.dumps(start)}\n{spec}"


def start_of(run: RunFolder) -> Path | None:
    """Return the run in the first line of a spec; None if the line has none or cannot be read."""
    try:
        first = read_regular_file(run.spec).split(b"\n", 1)[0].decode()
        return Path(json.loads(first.removeprefix(START_MARK))) if first.startswith(START_MARK) else None
    except (OSError, ValueError, TypeError):
        return None
