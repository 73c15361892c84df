"""`tdcli report`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_warnings
from tdcli.cli.options import RunArgument
from tdcli.text.errors import SpecError


def report_command(
    run: RunArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE.html", help="Output file; report.html in the run folder by default."
        ),
    ] = None,
) -> None:
    """Write a self-contained HTML report about a run, or about a study of `tdcli tune`.

    Example: tdcli report runs/latest -o report.html
    """
    from tdcli.report.pages.write import write_report

    skipped: list[SpecError] = []
    print_result(str(write_report(run, output, skipped.append)))
    print_warnings(skipped)


COMMAND = Command(report_command, Panel.LOOK)
