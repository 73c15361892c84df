"""`tdcli summary`."""

from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_diagnostics, print_result
from tdcli.cli.options import SettingsOption, SpecArgument, TableOutput


def summary_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[TableOutput, typer.Option(help="Output format.")] = TableOutput.TABLE,
    cost: Annotated[
        bool, typer.Option("--cost", help="Also show multiplications and memory, for the spec's batch size.")
    ] = False,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, help="Show how much N workers would send each other.", show_default=False)
    ] = 1,
) -> None:
    """Show each layer's output shape, number of parameters and its formula.

    Example: tdcli summary specs/cnn_lstm.yaml
    """
    from tdcli.report.terminal.plan import render_plan
    from tdcli.services.specs.check import check_spec

    checked = check_spec(spec, settings or ())
    compiled = checked.compiled
    batch_size = compiled.spec.training.batch_size if cost else None
    print_result(render_plan(compiled.plan, format.value, batch_size, workers))
    print_diagnostics(checked.warnings)


COMMAND = Command(summary_command, Panel.DESCRIBE)
