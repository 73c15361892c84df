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
    runs: Annotated[Path, typer.Option(metavar="DIR", help="The folder for new run folders.")] = Path("runs"),
    run: Annotated[Path | None, typer.Option(metavar="RUN", help="Create or resume this run; safe to repeat.")] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Resume this run from its last checkpoint.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Resume even if settings of the training changed.")] = False,
    start: Annotated[
        Path | None,
        typer.Option("--from", metavar="RUN", help="Start from the weights, scaling and encodings of this run."),
    ] = None,
    log: Annotated[
        list[str] | None,
        typer.Option(metavar="TOOL", help="Also log to tensorboard or mlflow[:URI].", show_default=False),
    ] = None,
    folds: Annotated[
        int | None, typer.Option(metavar="K", help="Run K-fold cross-validation (the test set is held out).")
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(metavar="N", help="Train N times with different seeds on the same split.", show_default=False),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Share every batch among N processes on this machine.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only print errors.")] = False,
    format: Annotated[EpochFormat, typer.Option(help="Output format of epochs.")] = EpochFormat.TEXT,
) -> None:
    """Train a spec into a run folder with models, history and metrics. Ctrl-C writes a checkpoint.

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

        message = "`--run` cannot be combined with `--resume`"
        raise SpecError.of("wrong-option", message, "remove `--resume`; `--run` resumes an existing run")


COMMAND = Command(train_command, Panel.RUN)
