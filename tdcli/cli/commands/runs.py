"""`tdcli runs`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_warnings
from tdcli.cli.default_command import DEFAULT, GroupWithDefault
from tdcli.cli.options import RunArgument, ScoreFormat
from tdcli.text.errors import SpecError

FormatOption = Annotated[ScoreFormat, typer.Option(help="Output format.")]

runs_command = typer.Typer(
    cls=GroupWithDefault,
    help="List the runs of a folder, show one, or compare several.",
)


@runs_command.command(DEFAULT)
def _list(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder with the run folders.")] = Path("runs"),
    sort: Annotated[str, typer.Option(metavar="FIELD", help="A column, or a metric of the best epochs.")] = "started",
    descending: Annotated[bool, typer.Option("--descending", help="Sort in descending order.")] = False,
    format: FormatOption = ScoreFormat.TABLE,
) -> None:
    """List the runs of a folder with their state and metrics, the oldest first.

    Example: tdcli runs --sort epochs
    """
    from tdcli.report.terminal.runs import render_runs
    from tdcli.services.runs.summary import list_runs

    skipped: list[SpecError] = []
    print_result(render_runs(list_runs(folder, sort, descending=descending, on_damaged=skipped.append), format.value))
    print_warnings(skipped)


@runs_command.command("show", no_args_is_help=True)
def _show(run: RunArgument, format: FormatOption = ScoreFormat.TABLE) -> None:
    """Show the details of a run: data, versions, files, and the metrics of the best and the last epoch.

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
    """Compare runs: the settings that differ, and the metrics.

    Example: tdcli runs compare runs/latest runs/other
    """
    from tdcli.report.terminal.runs import render_comparison
    from tdcli.services.runs.summary import compare_runs

    skipped: list[SpecError] = []
    print_result(render_comparison(compare_runs(runs, skipped.append), format.value))
    print_warnings(skipped)


COMMAND = Command(runs_command, Panel.LOOK)
