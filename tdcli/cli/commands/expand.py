"""`tdcli expand`."""

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result
from tdcli.cli.options import SettingsOption, SpecArgument


def expand_command(spec: SpecArgument, settings: SettingsOption = None) -> None:
    """Print the same model as kind `layers`, with every layer written out.

    Example: tdcli expand specs/many_to_many.yaml
    """
    from tdcli.services.specs.expand import expand_spec

    print_result(expand_spec(spec, settings or ()).rstrip("\n"))


COMMAND = Command(expand_command, Panel.DESCRIBE)
