"""`tdcli tune`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status
from tdcli.cli.options import ScoreFormat, SettingsOption, SpecArgument

if TYPE_CHECKING:
    from tdcli.services.tune.search import OnTrial, SearchResult


def tune_command(
    spec: SpecArgument,
    trials: Annotated[int, typer.Option(metavar="N", help="Total number of trials of the study.")] = 20,
    settings: SettingsOption = None,
    storage: Annotated[
        str | None,
        typer.Option(
            metavar="URL|FILE",
            envvar="TDCLI_STORAGE",
            show_envvar=False,
            show_default=False,
            help="A database URL or a journal file, to share the study; also TDCLI_STORAGE.",
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="K", min=1, help="Number of processes on this machine.")] = 1,
    max_params: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Reject models with more than N parameters.", show_default=False),
    ] = None,
    max_memory: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="Reject trainings that need more memory, such as 2GB.", show_default=False),
    ] = None,
    studies: Annotated[Path, typer.Option(metavar="DIR", help="The folder for study folders.")] = Path("studies"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only print errors.")] = False,
    format: Annotated[ScoreFormat, typer.Option(help="Output format of trials.")] = ScoreFormat.TABLE,
) -> None:
    """Search for the best values of the spec's `search` section. The same command continues a search.

    Example: tdcli tune specs/one_to_many.yaml --trials 2 --set training.epochs=3
    """
    from tdcli.cli.display.reading import ReadingScreen
    from tdcli.services.tune.setup import SearchRequest
    from tdcli.services.tune.start import start_search

    request = SearchRequest(spec, tuple(settings or ()), trials, studies, storage, max_params, max_memory)
    on_trial = _trial_printer(format, quiet=quiet)
    with ReadingScreen(quiet=quiet or format is ScoreFormat.JSON) as screen:
        found = start_search(request, jobs, on_loading=screen.on_loading, on_trial=on_trial)
    _print_search(found, format, quiet=quiet)


def _trial_printer(format: ScoreFormat, *, quiet: bool) -> "OnTrial":
    from tdcli.report.terminal.study import trial_json, trial_line

    if format is ScoreFormat.JSON:
        return lambda trial, results: print_result(trial_json(trial))
    return (lambda trial, results: None) if quiet else lambda trial, results: print_status(trial_line(trial, results))


def _print_search(search: "SearchResult", format: ScoreFormat, *, quiet: bool) -> None:
    from tdcli.report.terminal.study import render_study

    print_result(render_study(search.results, format.value))
    if not quiet and search.results.best:
        print_status(f"`tdcli train {search.folder.best}`; `tdcli report {search.folder.path}`")
    if search.signal is not None:
        print_status("interrupted; run the same command to continue")
        raise typer.Exit(128 + search.signal)


COMMAND = Command(tune_command, Panel.RUN)
