"""`tdcli code`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status
from tdcli.cli.options import SettingsOption, SpecArgument


def code_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Output file.", show_default=False)
    ] = None,
) -> None:
    """Print a plain Keras script that loads the data, builds the model and trains it without tdcli.

    Example: tdcli code specs/temperature.yaml
    """
    from tdcli.script.document import render_script, write_script
    from tdcli.services.specs.compile import compile_spec

    compiled = compile_spec(spec, settings or ())
    if output is None:
        print_result(render_script(compiled, Path()).rstrip("\n"))
    else:
        write_script(compiled, output)
        print_status(f"{output}: written; next: python {output}")


COMMAND = Command(code_command, Panel.DESCRIBE)
