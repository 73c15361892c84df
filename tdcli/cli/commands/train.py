"""`tdcli train`."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.options import EpochFormat, SettingsOption, SpecArgument


def train_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    runs: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are made.")] = Path("runs"),
    run: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Begin this run, or go on with it: for schedulers.")
    ] = None,
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with this run where it stood.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Go on although settings of the training changed.")] = False,
    start: Annotated[
        Path | None, typer.Option("--from", metavar="RUN", help="Start from this run's weights, scaling and codes.")
    ] = None,
    log: Annotated[
        list[str] | None, typer.Option(metavar="TOOL", help="tensorboard, or mlflow[:URI].", show_default=False)
    ] = None,
    folds: Annotated[
        int | None, typer.Option(metavar="K", help="Train K times; each part of what does not test validates once.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(metavar="N", help="Train from N seeds, on the same parts.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Share every batch among N processes of this machine.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what goes wrong.")] = False,
    format: Annotated[EpochFormat, typer.Option(help="How epochs are printed.")] = EpochFormat.TEXT,
) -> None:
    """Train a spec on its data into a run folder: models, history, metrics. Ctrl-C keeps what is there.

    Example: tdcli train specs/many_to_one.yaml --set training.epochs=5
    """
    _refuse_two_runs(run, resume)
    from tdcli.cli.display.training import TrainingScreen
    from tdcli.services.train.start import start_training
    from tdcli.services.train.train import TrainOptions

    options = TrainOptions(
        spec, tuple(settings or ()), runs, resume or run, run is not None, force, start, tuple(log or ()),
        shlex.join(["tdcli", *sys.argv[1:]]), folds, seeds, workers,
    )  # fmt: skip
    with TrainingScreen(quiet=quiet, format=format) as screen:
        outcome = start_training(options, screen)
        screen.show_outcome(outcome, options)
    raise typer.Exit(128 + outcome.signal if outcome and outcome.signal else 0)


def _refuse_two_runs(run: Path | None, resume: Path | None) -> None:
    if run is not None and resume is not None:
        from tdcli.text.errors import SpecError

        message = "`--run` and `--resume` exclude each other"
        raise SpecError.of("wrong-option", message, "leave `--resume` out: `--run` goes on with a run that is there")


COMMAND = Command(train_command, Panel.RUN)
