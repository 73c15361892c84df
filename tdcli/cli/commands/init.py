"""`tdcli init`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status


def init_command(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="A kind of model.", show_default=False)] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--from-data", metavar="FILE", help="A table, an array, or a folder of clips.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="SPEC", help="Output file.", show_default=False)
    ] = None,
) -> None:
    """Print a commented spec to start from, for a kind of model or for a data file.

    Example: tdcli init --from-data specs/data/pollution.csv
    """
    from tdcli.services.init.new_spec import create_spec

    created = create_spec(kind, data, output)
    if output is None:
        print_result(created.text)
    else:
        print_status(f"{output}: written; next: tdcli check {output}")
    for note in created.notes:
        print_status(note)


COMMAND = Command(init_command, Panel.DESCRIBE)
