"""`tdcli explain`."""

from typing import Annotated

import typer

from tdcli.cli.console import show

PANEL = "Describe"
RUNS_WITHOUT_ARGUMENTS = True


def explain_command(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A fault's name.", show_default=False)] = None,
) -> None:
    """Explain a fault by its name; without a name, list the lessons.

    Example: tdcli explain time-axis-missing
    """
    from rich.markdown import Markdown

    from tdcli.services.lessons import lesson_names, read_lesson

    show(Markdown(read_lesson(name)) if name else "\n".join(lesson_names()))
