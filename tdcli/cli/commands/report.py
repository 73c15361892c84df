"""`tdcli report`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_warnings
from tdcli.cli.options import RunArgument
from tdcli.text.diagnostic import UserError


def report_command(
    run: RunArgument,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.html", help="Else report.html in the run's folder.")
    ] = None,
) -> None:
    """Write a page about a run, or a study of `tdcli tune`, that stands alone: verdict, diagram, curves, settings.

    Example: tdcli report runs/latest -o report.html
    """
    from tdcli.runs.files import write_text
    from tdcli.services.machine.extras import require_extra

    require_extra("plot", "a report")
    path = output or run / "report.html"
    write_text(path, _page(run))
    print_result(str(path))


def _page(run: Path) -> str:
    from tdcli.runs.study import is_study
    from tdcli.services.runs.report import has_repeats, report_repeats

    if is_study(run):
        from tdcli.report.pages.study import render_study_page
        from tdcli.services.runs.report import report_study

        return render_study_page(report_study(run))
    if has_repeats(run):
        from tdcli.report.pages.repeats import render_repeats_page

        skipped: list[UserError] = []
        page_of_several = render_repeats_page(report_repeats(run, skipped.append))
        print_warnings(skipped)
        return page_of_several
    from tdcli.report.pages.run import render_run_page
    from tdcli.services.runs.report import report_run

    return render_run_page(report_run(run))


COMMAND = Command(report_command, Panel.LOOK)
