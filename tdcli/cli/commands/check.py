"""`tdcli check`."""

from typing import Annotated

import typer

from tdcli.cli.console import complain, say, show
from tdcli.cli.options import FaultFormat, SettingsOption, SpecArgument

PANEL = "Describe"


def check_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[FaultFormat, typer.Option(help="How faults are printed.")] = FaultFormat.TEXT,
    verify: Annotated[bool, typer.Option("--verify", help="Build it in Keras too, and compare every layer.")] = False,
) -> None:
    """Check a spec: one line if it holds together, else what is wrong, where and why; and what is rarely meant.

    Example: tdcli check specs/pollution.yaml
    """
    from tdcli.report.annotations import annotated
    from tdcli.report.plan import one_line
    from tdcli.services.compile import compile_spec
    from tdcli.text.diagnostic import UserError

    try:
        compiled = compile_spec(spec, settings or ())
    except UserError as error:
        if format is FaultFormat.TEXT:
            raise
        show(annotated(error.diagnostics, format.value))
        raise typer.Exit(error.exit_code) from None
    if format is FaultFormat.TEXT:
        show(one_line(compiled.plan))
        complain(compiled.advice)
    else:
        show(annotated(compiled.advice, format.value))
    if verify:
        from tdcli.services.verify import verify as verified

        say(f"Keras agrees: {verified(compiled.plan)} layers, every shape and count")
