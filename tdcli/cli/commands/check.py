"""`tdcli check`."""

from typing import Annotated

import typer

from tdcli.cli.console import show
from tdcli.cli.options import FaultFormat, SettingsOption, SpecArgument

PANEL = "Describe"


def check_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[FaultFormat, typer.Option(help="How faults are printed.")] = FaultFormat.TEXT,
) -> None:
    """Check a spec: one line if it holds together, else what is wrong, where and why.

    Example: tdcli check specs/pollution.yaml
    """
    from tdcli.report.annotations import annotated
    from tdcli.report.plan import one_line
    from tdcli.services.compile import compile_spec
    from tdcli.text.diagnostic import UserError

    try:
        line = one_line(compile_spec(spec, settings or ()).plan)
    except UserError as error:
        if format is FaultFormat.TEXT:
            raise
        show(annotated(error.diagnostics, format.value))
        raise typer.Exit(error.exit_code) from None
    show(line if format is FaultFormat.TEXT else annotated((), format.value))
