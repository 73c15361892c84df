"""Write the page about a run, repeated trainings or a study."""

from pathlib import Path

from tdcli.runs.files import write_text
from tdcli.services.machine.extras import require_extra
from tdcli.services.runs.report import AnyReport, RepeatsReport, StudyReport, report_folder
from tdcli.services.runs.tolerant_reading import OnDamaged


def write_report(folder: Path, output: Path | None = None, on_damaged: OnDamaged | None = None) -> Path:
    """Write the page, by default to `report.html` in the folder, and return its path.

    on_damaged: called with the error of each damaged run, which is left out. Raises SpecError and ExecutionError.
    """
    require_extra("plot", "a report")
    path = output or folder / "report.html"
    write_text(path, _render_page(report_folder(folder, on_damaged)))
    return path


def _render_page(report: AnyReport) -> str:
    from tdcli.report.pages.repeats import render_repeats_page
    from tdcli.report.pages.run import render_run_page
    from tdcli.report.pages.study import render_study_page

    if isinstance(report, StudyReport):
        return render_study_page(report)
    return render_repeats_page(report) if isinstance(report, RepeatsReport) else render_run_page(report)
