"""All that a run's folder tells of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tdcli.runs.folder import open_run
from tdcli.services.runs import RunSummary, summarized


@dataclass(frozen=True)
class RunDetails:
    """A run, its record, and the bytes of each file of its folder."""

    summary: RunSummary
    record: dict[str, Any]
    files: dict[str, int]


def run_details(path: Path) -> RunDetails:
    """Return a run's details. Raises UserError where the folder is none of a run."""
    run = open_run(path)
    files = {each.name: each.stat().st_size for each in sorted(run.path.iterdir()) if each.is_file()}
    return RunDetails(summarized(run), run.read_record(), files)
