"""`tdcli train`."""

import shlex
import sys
from collections.abc import Mapping
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
    from tdcli.cli.training import TrainingScreen
    from tdcli.services.train.train import TrainOptions, train_single, train_worker
    from tdcli.services.train.train_repeats import train_repeated
    from tdcli.services.train.workers import join_cluster

    repeats, command = folds is not None or seeds is not None, shlex.join(["tdcli", *sys.argv[1:]])
    single_only = {"--resume": resume, "--run": run, "--from": start, "--log": log, "--workers": workers}
    _check_options(single_only, repeats=repeats)
    logs, named = tuple(log or ()), resume or run
    options = TrainOptions(spec, tuple(settings or ()), runs, named, run is not None, force, start, logs, command)
    with TrainingScreen(quiet=quiet, format=format) as screen:
        if repeats:
            signal = screen.show_repeated(train_repeated(options, folds, seeds, screen))
        else:
            with join_cluster(workers, sys.argv[1:]) as worker:
                if worker.is_chief:
                    signal = screen.show_outcome(train_single(options, worker, screen), options)
                else:
                    signal = train_worker(options, worker, screen)
    raise typer.Exit(0 if signal is None else 128 + signal)


def _check_options(single_only: Mapping[str, object], *, repeats: bool) -> None:
    """Raise UserError for options that cannot be combined."""
    from tdcli.text.diagnostic import UserError

    given = [name for name, value in single_only.items() if value]
    if "--from" in given and "--resume" in given:
        why = "a run goes on from its own checkpoint; from another run's weights a new one starts"
        message = "`--from` and `--resume` exclude each other"
        raise UserError.of("wrong-option", message, "leave one of them out", why=why)
    if repeats and given:
        message = f"`{given[0]}` goes with a single training"
        raise UserError.of("wrong-option", message, "leave it out, or `--folds` and `--seeds`")


COMMAND = Command(train_command, Panel.RUN)
