"""Write the page about a run, repeated trainings or a study."""

from pathlib import Path

from tdcli.runs.files import write_text
from tdcli.runs.study import is_study
from tdcli.services.machine.extras import require_extra
from tdcli.services.runs.report import has_repeats, report_repeats, report_run, report_study
from tdcli.services.runs.tolerant_reading import OnDamaged


def write_report(folder: Path, output: Path | None = None, on_damaged: OnDamaged | None = None) -> Path:
    """Write the page, `report.html` in the folder if nothing else is named, and return where it is.

    on_damaged: takes what is wrong with one of several runs that is left out. Raises SpecError and ExecutionError.
    """
    require_extra("plot", "a report")
    path = output or folder / "report.html"
    write_text(path, _render_page(folder, on_damaged))
    return path


def _render_page(folder: Path, on_damaged: OnDamaged | None) -> str:
    from tdcli.report.pages.repeats import render_repeats_page
    from tdcli.report.pages.run import render_run_page
    from tdcli.report.pages.study import render_study_page

    if is_study(folder):
        return render_study_page(report_study(folder))
    if has_repeats(folder):
        return render_repeats_page(report_repeats(folder, on_damaged))
    return render_run_page(report_run(folder))
