"""A group of commands one of which needs no name."""

from typing import Any

from typer.core import TyperGroup

DEFAULT = "list"


class GroupWithDefault(TyperGroup):
    """`tdcli runs DIR` is `tdcli runs list DIR`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command's name in front, where no command and no help is asked for."""
        named = args and args[0] in (*self.commands, *ctx.help_option_names)
        return super().parse_args(ctx, args if named else [DEFAULT, *args])
