"""`tdcli env`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result
from tdcli.cli.options import ScoreFormat


def env_command(
    spec: Annotated[
        Path | None,
        typer.Argument(metavar="[SPEC]", help="Show which of its recurrent layers can use cuDNN.", show_default=False),
    ] = None,
    format: Annotated[ScoreFormat, typer.Option(help="Output format.")] = ScoreFormat.TABLE,
) -> None:
    """Show versions, devices, threads and extras. With a spec, show which recurrent layers can use cuDNN.

    Example: tdcli env specs/many_to_one.yaml
    """
    from tdcli.report.terminal.environment import render_environment
    from tdcli.services.train.environment import describe_environment

    print_result(render_environment(describe_environment(spec), format.value))


COMMAND = Command(env_command, Panel.LOOK, needs_arguments=False)
