"""`tdcli report`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import show, warn
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
    from tdcli.services.machine.extras import needs_extra

    needs_extra("plot", "a report")
    path = output or run / "report.html"
    write_text(path, _page(run))
    show(str(path))


def _page(run: Path) -> str:
    from tdcli.runs.study import is_study
    from tdcli.services.runs.report import is_several, reported_several

    if is_study(run):
        from tdcli.report.pages.page_study import page_study
        from tdcli.services.runs.report import reported_study

        return page_study(reported_study(run))
    if is_several(run):
        from tdcli.report.pages.page_several import page_several

        skipped: list[UserError] = []
        page_of_several = page_several(reported_several(run, skipped.append))
        warn(skipped)
        return page_of_several
    from tdcli.report.pages.page import page
    from tdcli.services.runs.report import reported

    return page(reported(run))


COMMAND = Command(report_command, Panel.LOOK)
