"""`tdcli train`."""

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from tdcli.cli.ahead import start_tensorflow
from tdcli.cli.console import complain, say, show, talk
from tdcli.cli.options import EpochFormat, SettingsOption, SpecArgument

if TYPE_CHECKING:
    from tdcli.cli.progress import Quiet
    from tdcli.services.compile import Compiled
    from tdcli.services.prepare import Prepared
    from tdcli.services.resume import Standing
    from tdcli.services.train import Outcome

PANEL = "Run"

Telling = Callable[[Any], None]


def train_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    runs: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are made.")] = Path("runs"),
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with this run where it stood.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Resume although spec or data changed.")] = False,
    log: Annotated[
        list[str] | None, typer.Option(metavar="TOOL", help="tensorboard, or mlflow[:URI].", show_default=False)
    ] = None,
    folds: Annotated[
        int | None, typer.Option(metavar="K", help="Train K times; each part of what does not test validates once.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(metavar="N", help="Train from N seeds, on the same parts.", show_default=False)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what goes wrong.")] = False,
    format: Annotated[EpochFormat, typer.Option(help="How epochs are printed.")] = EpochFormat.TEXT,
) -> None:
    """Train a spec on its data into a run folder: models, history, metrics. Ctrl-C keeps what is there.

    Example: tdcli train specs/many_to_one.yaml --set training.epochs=5
    """
    told = _nothing if quiet else say
    compiled = _described(spec, settings or (), log or (), told)
    if folds is not None or seeds is not None:
        _refuse_beside_several(resume=resume, log=log)
        _several(compiled, settings or (), (folds, seeds), runs, quiet=quiet, format=format)
    start_tensorflow()
    prepared, resumed = _read(compiled, resume, told, force=force, quiet=quiet or format is EpochFormat.JSON)
    from tdcli.cli.progress import display

    wanted = display(talk(), compiled.spec.training.epochs, quiet=quiet, json_lines=format is EpochFormat.JSON)
    outcome = _trained(compiled, prepared, runs, resumed, log or (), wanted)
    from tdcli.report.outcome import outcome_json, rendered_outcome

    told(rendered_outcome(outcome))
    show(outcome_json(outcome) if format is EpochFormat.JSON else str(outcome.run.path))
    if outcome.signal is not None:
        raise typer.Exit(128 + outcome.signal)


def _nothing(value: object) -> None:
    """Say nothing."""


def _described(spec: Path, settings: Sequence[str], logs: Sequence[str], told: Telling) -> "Compiled":
    from tdcli.report.plan import rendered_plan
    from tdcli.services.compile import compile_spec
    from tdcli.services.log_names import check_logs

    check_logs(logs)
    compiled = compile_spec(spec, settings)
    told(rendered_plan(compiled.plan, "table"))
    if told is say:
        complain(compiled.advice)
    return compiled


def _read(
    compiled: "Compiled", resume: Path | None, told: Telling, *, force: bool, quiet: bool
) -> "tuple[Prepared, Standing | None]":
    from tdcli.cli.reading import make_ready_shown
    from tdcli.report.parts import rendered_parts
    from tdcli.services.prepare import prepare
    from tdcli.services.resume import resumable

    make_ready_shown(compiled, quiet=quiet)
    prepared = prepare(compiled)
    resumed = resumable(resume, compiled, prepared, force=force) if resume else None
    told(rendered_parts(prepared.data))
    return prepared, resumed


def _trained(
    compiled: "Compiled", prepared: "Prepared", runs: Path, resumed: "Standing | None", logs: Sequence[str],
    wanted: "Quiet",
) -> "Outcome":  # fmt: skip
    with wanted:
        from tdcli.services.train import train_spec

        wanted.compiling()
        command = shlex.join(["tdcli", *sys.argv[1:]])
        return train_spec(compiled, prepared, runs, command, wanted.update, resumed, logs, wanted.say)


def _refuse_beside_several(**options: object) -> None:
    from tdcli.text.diagnostic import UserError

    given = next((name for name, value in options.items() if value), None)
    if given:
        message = f"`--{given}` goes with a single training"
        raise UserError.of("wrong-option", message, "leave it out, or `--folds` and `--seeds`")


def _several(
    compiled: "Compiled", settings: Sequence[str], counts: tuple[int | None, int | None], runs: Path, *, quiet: bool,
    format: EpochFormat,
) -> NoReturn:  # fmt: skip
    """Train several times, print what it came to, and end."""
    from tdcli.services.several import turns

    found = turns(compiled, *counts)
    start_tensorflow()
    from tdcli.cli.progress import display
    from tdcli.cli.reading import make_ready_shown
    from tdcli.report.several import rendered_several
    from tdcli.services.train_several import train_several

    def shown(turn: Any, epochs: int) -> "Quiet":
        if not quiet:
            say(f"{turn.title}:")
        return display(talk(), epochs, quiet=quiet, json_lines=format is EpochFormat.JSON)

    make_ready_shown(compiled, quiet=quiet or format is EpochFormat.JSON)
    command = shlex.join(["tdcli", *sys.argv[1:]])
    folder, several, signal = train_several(compiled.document.path, settings, found, runs, command, shown)
    show(rendered_several(several, format.value))
    (_nothing if quiet else say)(f"in {folder}; `tdcli report {folder}`")
    raise typer.Exit(0 if signal is None else 128 + signal)
