"""`tdcli report`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.console import show
from tdcli.cli.options import RunArgument

PANEL = "Look"


def report_command(
    run: RunArgument,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.html", help="Else report.html in the run's folder.")
    ] = None,
) -> None:
    """Write a page about a run that stands alone: verdict, diagram, curves, forecasts or confusion, settings.

    Example: tdcli report runs/latest -o report.html
    """
    from tdcli.runs.files import write_text
    from tdcli.services.extras import needs_extra

    needs_extra("plot", "a report")
    path = output or run / "report.html"
    write_text(path, _page(run))
    show(str(path))


def _page(run: Path) -> str:
    from tdcli.services.report_several import is_several, reported_several

    if is_several(run):
        from tdcli.report.page_several import page_several

        return page_several(reported_several(run))
    from tdcli.report.page import page
    from tdcli.services.report import reported

    return page(reported(run))
