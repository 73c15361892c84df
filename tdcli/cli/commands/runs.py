"""`tdcli runs`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_warnings
from tdcli.cli.default_command import DEFAULT, GroupWithDefault
from tdcli.cli.options import RunArgument, ScoreFormat
from tdcli.text.errors import SpecError

FormatOption = Annotated[ScoreFormat, typer.Option(help="How to print it.")]

runs_command = typer.Typer(
    cls=GroupWithDefault,
    help="List the runs of a folder; `show` tells all about one, `compare` sets some side by side.",
)


@runs_command.command(DEFAULT)
def _list(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where run folders are.")] = Path("runs"),
    sort: Annotated[str, typer.Option(metavar="FIELD", help="A field, or a figure of the best epochs.")] = "started",
    descending: Annotated[bool, typer.Option("--descending", help="Largest or newest first.")] = False,
    format: FormatOption = ScoreFormat.TABLE,
) -> None:
    """List the runs of a folder, the oldest first: what each is, how it went, whether it is running.

    Example: tdcli runs --sort epochs
    """
    from tdcli.report.terminal.runs import render_runs
    from tdcli.services.runs.summary import list_runs

    skipped: list[SpecError] = []
    print_result(render_runs(list_runs(folder, sort, descending=descending, on_damaged=skipped.append), format.value))
    print_warnings(skipped)


@runs_command.command("show", no_args_is_help=True)
def _show(run: RunArgument, format: FormatOption = ScoreFormat.TABLE) -> None:
    """Show all about a run: its data, its versions, its files, the best and the last figures.

    Example: tdcli runs show runs/latest
    """
    from tdcli.report.terminal.runs import render_details
    from tdcli.services.runs.summary import describe_run

    print_result(render_details(describe_run(run), format.value))


@runs_command.command("compare", no_args_is_help=True)
def _compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run folders.", show_default=False)],
    format: FormatOption = ScoreFormat.TABLE,
) -> None:
    """Set runs side by side: the settings that differ, and their figures.

    Example: tdcli runs compare runs/latest runs/other
    """
    from tdcli.report.terminal.runs import render_comparison
    from tdcli.services.runs.summary import compare_runs

    skipped: list[SpecError] = []
    print_result(render_comparison(compare_runs(runs, skipped.append), format.value))
    print_warnings(skipped)


COMMAND = Command(runs_command, Panel.LOOK)
