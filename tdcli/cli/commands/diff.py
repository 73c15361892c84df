"""`tdcli diff`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result
from tdcli.cli.options import ScoreFormat


def diff_command(
    old: Annotated[Path, typer.Argument(metavar="A", help="A spec or a run folder.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="B", help="Another spec or run folder.", show_default=False)],
    format: Annotated[ScoreFormat, typer.Option(help="Output format.")] = ScoreFormat.TABLE,
) -> None:
    """Compare two specs or runs: settings, shapes, parameters and cost.

    Example: tdcli diff specs/many_to_one.yaml specs/many_to_many.yaml
    """
    from tdcli.report.terminal.diff import render_difference
    from tdcli.services.runs.diff import diff_specs

    print_result(render_difference(diff_specs(old, new), format.value))


COMMAND = Command(diff_command, Panel.DESCRIBE)
