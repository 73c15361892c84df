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
    from tdcli.report.lesson import listed, rendered_lesson
    from tdcli.services.lessons import lesson_titles, read_lesson

    show(rendered_lesson(read_lesson(name)) if name else listed(lesson_titles()))
