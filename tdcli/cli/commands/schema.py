"""`tdcli schema`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status


def schema_command(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Output file.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON Schema of specs, for completion and hints in editors.

    Example: tdcli schema -o tdcli.schema.json
    """
    from tdcli.services.specs.editor import make_schema

    schema = make_schema(output)
    if output is None:
        print_result(schema)
    else:
        print_status(f"{output}: written")


COMMAND = Command(schema_command, Panel.DESCRIBE, needs_arguments=False)
