"""`tdcli explain`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import show
from tdcli.cli.options import SettingsOption, TableFormat


def explain_command(
    subject: Annotated[
        str | None, typer.Argument(metavar="NAME|SPEC", help="A fault's name, or a spec.", show_default=False)
    ] = None,
    layer: Annotated[
        str | None, typer.Argument(metavar="LAYER", help="One layer: its number or name.", show_default=False)
    ] = None,
    settings: SettingsOption = None,
    format: Annotated[TableFormat, typer.Option(help="How a spec's layers are printed.")] = TableFormat.TABLE,
) -> None:
    """Explain a fault by its name, or a spec layer by layer; without a name, list the lessons.

    Example: tdcli explain time-axis-missing
    """
    if subject is None:
        _list()
    elif Path(subject).suffix in (".yaml", ".yml") or Path(subject).is_file():
        _explain_spec(Path(subject), layer, settings or [], format.value)
    else:
        _explain_fault(subject)


def _list() -> None:
    from tdcli.report.terminal.lesson import listed
    from tdcli.services.specs.lessons import lesson_titles

    show(listed(lesson_titles()))


def _explain_fault(name: str) -> None:
    from tdcli.report.terminal.lesson import rendered_lesson
    from tdcli.services.specs.lessons import read_lesson

    show(rendered_lesson(read_lesson(name)))


def _explain_spec(path: Path, layer: str | None, settings: list[str], format: str) -> None:
    from tdcli.report.terminal.explanation import rendered_accounts
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.specs.explain import accounts

    show(rendered_accounts(accounts(compile_spec(path, settings).plan, layer), format))


COMMAND = Command(explain_command, Panel.DESCRIBE, needs_arguments=False)
