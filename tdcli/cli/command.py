"""The object that a module of `commands` exports: its function and its panel in the help."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import typer


class Panel(StrEnum):
    """The panels of `tdcli --help`, in its order."""

    DESCRIBE = "Describe"
    LOOK = "Look"
    RUN = "Run"


@dataclass(frozen=True)
class Command:
    """A function with Typer's annotations, or a group of them. Without arguments it prints its help."""

    body: Callable[..., Any] | typer.Typer
    panel: Panel
    needs_arguments: bool = True

    def register(self, app: typer.Typer, name: str) -> None:
        """Add the command to an app under a name."""
        if isinstance(self.body, typer.Typer):
            app.add_typer(self.body, name=name, rich_help_panel=self.panel)
        else:
            app.command(name, rich_help_panel=self.panel, no_args_is_help=self.needs_arguments)(self.body)
