"""`tdcli summary`."""

from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import complain, show
from tdcli.cli.options import SettingsOption, SpecArgument, TableFormat


def summary_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[TableFormat, typer.Option(help="How to print it.")] = TableFormat.TABLE,
    cost: Annotated[bool, typer.Option("--cost", help="Show work and memory too, for the spec's batch size.")] = False,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, help="Show what N workers would send each other.", show_default=False)
    ] = 1,
) -> None:
    """Show every layer: output shape, parameters, and how the count comes about.

    Example: tdcli summary specs/cnn_lstm.yaml
    """
    from tdcli.report.terminal.plan import rendered_plan
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.specs.warnings import warnings_for

    compiled = compile_spec(spec, settings or ())
    batch_size = compiled.spec.training.batch_size if cost else None
    show(rendered_plan(compiled.plan, format.value, batch_size, workers))
    complain(warnings_for(compiled))


COMMAND = Command(summary_command, Panel.DESCRIBE)
