"""A group of commands with a default command."""

from typing import Any

from typer.core import TyperGroup

DEFAULT = "list"


class GroupWithDefault(TyperGroup):
    """`tdcli runs DIR` is `tdcli runs list DIR`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert the default command's name, unless a command or help was requested."""
        named = args and args[0] in (*self.commands, *ctx.help_option_names)
        return super().parse_args(ctx, args if named else [DEFAULT, *args])
