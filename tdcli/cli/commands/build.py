"""`tdcli build`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result
from tdcli.cli.options import SettingsOption, SpecArgument


def build_command(
    spec: SpecArgument,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="MODEL.keras", show_default=False)] = None,
    settings: SettingsOption = None,
) -> None:
    """Build the Keras model with initial weights and save it, by default as NAME.keras.

    Example: tdcli build specs/many_to_one.yaml -o model.keras
    """
    from tdcli.services.export.build import build_spec

    built = build_spec(spec, settings or (), output)
    print_result(f"{built.path}: {built.parameters:,} parameters, the same number as in Keras")


COMMAND = Command(build_command, Panel.RUN)
