"""`tdcli explain`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result
from tdcli.cli.options import SettingsOption, TableOutput


def explain_command(
    subject: Annotated[
        str | None, typer.Argument(metavar="NAME|SPEC", help="The name of a diagnostic, or a spec.", show_default=False)
    ] = None,
    layer: Annotated[
        str | None, typer.Argument(metavar="LAYER", help="A single layer, by its number or name.", show_default=False)
    ] = None,
    settings: SettingsOption = None,
    format: Annotated[TableOutput, typer.Option(help="Output format for layers.")] = TableOutput.TABLE,
) -> None:
    """Explain a diagnostic, or a spec layer by layer. Without a name, list all diagnostics.

    Example: tdcli explain time-axis-missing
    """
    if subject is None:
        _list_lessons()
    elif Path(subject).suffix in (".yaml", ".yml") or Path(subject).is_file():
        _explain_spec(Path(subject), layer, settings or [], format.value)
    else:
        _explain_lesson(subject)


def _list_lessons() -> None:
    from tdcli.report.terminal.lesson import render_lesson_list
    from tdcli.services.specs.lessons import lesson_titles

    print_result(render_lesson_list(lesson_titles()))


def _explain_lesson(name: str) -> None:
    from tdcli.report.terminal.lesson import render_lesson
    from tdcli.services.specs.lessons import read_lesson

    print_result(render_lesson(read_lesson(name)))


def _explain_spec(path: Path, layer: str | None, settings: list[str], format: str) -> None:
    from tdcli.report.terminal.explanation import render_explanations
    from tdcli.services.specs.explain import explain_spec

    print_result(render_explanations(explain_spec(path, layer, settings), format))


COMMAND = Command(explain_command, Panel.DESCRIBE, needs_arguments=False)
