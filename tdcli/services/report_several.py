"""Everything that a report on several trainings shows."""

import json
from dataclasses import dataclass
from pathlib import Path

from tdcli.plan.plan import Plan
from tdcli.runs.folder import open_run
from tdcli.services.compile_run import compile_run
from tdcli.services.several import SUMMARY, Result, Several
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class SeveralReport:
    """Trainings of one spec: what they came to, the plan and the spec of the first, and how each went.

    monitor: the figure that chose the best epochs; histories: the epochs of each training, by its title.
    """

    folder: str
    several: Several
    plan: Plan
    spec: str
    monitor: str
    histories: dict[str, list[dict[str, float]]]


def is_several(path: Path) -> bool:
    """Say whether a folder holds trainings of `tdcli train --folds` or `--seeds`."""
    return (path / SUMMARY).is_file()


def reported_several(path: Path) -> SeveralReport:
    """Read the summary and the runs. Raises UserError where they are not what `tdcli train` wrote."""
    try:
        values = json.loads((path / SUMMARY).read_text(encoding="utf-8"))
        results = tuple(Result(**each) for each in values["results"])
        several = Several(values["name"], values["command"], results)
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError.of("not-a-run", f"`{path / SUMMARY}` cannot be read", "train again with `--folds`") from None
    folders = {each.title: open_run(path / each.run) for each in results}
    first = folders[results[0].title]
    return SeveralReport(
        path.resolve().name,
        several,
        compile_run(first).plan,
        first.spec.read_text(encoding="utf-8"),
        str(first.read_record().get("monitor", "loss")),
        {title: folder.read_history() for title, folder in folders.items()},
    )
