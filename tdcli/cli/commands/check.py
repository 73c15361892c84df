"""`tdcli check`."""

from tdcli.cli.console import show
from tdcli.cli.options import SettingsOption, SpecArgument

PANEL = "Describe"


def check_command(spec: SpecArgument, settings: SettingsOption = None) -> None:
    """Check a spec: one line if it holds together, else what is wrong, where and why.

    Example: tdcli check specs/pollution.yaml
    """
    from tdcli.report.plan import one_line
    from tdcli.services.compile import compile_spec

    show(one_line(compile_spec(spec, settings or ()).plan))
