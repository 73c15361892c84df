"""Everything that a report on a search shows."""

from dataclasses import dataclass
from pathlib import Path

from tdcli.plan.plan import Plan
from tdcli.runs.study import StudyFolder
from tdcli.services.compile import compile_spec
from tdcli.services.study_results import StudyResults, read_results


@dataclass(frozen=True)
class StudyReport:
    """A study, and the plan and spec of its best trial; None and nothing as long as none was trained."""

    folder: str
    results: StudyResults
    plan: Plan | None
    spec: str


def reported_study(path: Path) -> StudyReport:
    """Read what `tdcli tune` wrote. Raises UserError where it is something else."""
    folder = StudyFolder(path)
    results = read_results(folder)
    if not folder.best.is_file():
        return StudyReport(path.resolve().name, results, None, "")
    return StudyReport(
        path.resolve().name, results, compile_spec(folder.best).plan, folder.best.read_text(encoding="utf-8")
    )
