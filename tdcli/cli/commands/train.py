"""`tdcli train`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tdcli.cli.ahead import start_tensorflow
from tdcli.cli.console import complain, say, show, talk
from tdcli.cli.options import EpochFormat, SettingsOption, SpecArgument

if TYPE_CHECKING:
    from tdcli.cli.progress import Quiet
    from tdcli.nn.cluster import Place
    from tdcli.services.compile import Compiled

PANEL = "Run"


def train_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    runs: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are made.")] = Path("runs"),
    run: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Begin this run, or go on with it: for schedulers.")
    ] = None,
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with this run where it stood.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Go on although spec or data changed.")] = False,
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
    from tdcli.services.workers import in_cluster, refuse_cluster

    asked = _Asked(spec, settings or [], runs, resume or run, run is not None, force, log or [], quiet, format)
    if folds is not None or seeds is not None:
        _refuse_beside_several(resume=resume, run=run, log=log, workers=workers)
        refuse_cluster("several trainings")
        signal = _several(asked, folds, seeds)
    else:
        with in_cluster(workers, sys.argv[1:]) as place:
            signal = _single(asked, place) if place.is_first else _followed(asked, place)
    raise typer.Exit(0 if signal is None else 128 + signal)


class _Asked(NamedTuple):
    """What was asked for; may_begin: whether a run to go on with may still have to be begun."""

    spec: Path
    settings: list[str]
    runs: Path
    run: Path | None
    may_begin: bool
    force: bool
    logs: list[str]
    quiet: bool
    format: EpochFormat

    @property
    def shows_no_talk(self) -> bool:
        """Whether progress is for nobody, or for a program."""
        return self.quiet or self.format is EpochFormat.JSON

    def is_over(self, compiled: "Compiled") -> bool:
        """Say whether the run that is to be begun or gone on with has ended already."""
        from tdcli.services.resume import is_over

        return self.run is not None and self.may_begin and is_over(self.run, compiled)

    def say(self, value: object) -> None:
        """Say it, unless nothing is to be said."""
        if not self.quiet:
            say(value)

    def display(self, epochs: int) -> "Quiet":
        """Return what shows a training."""
        from tdcli.cli.progress import display

        return display(talk(), epochs, quiet=self.quiet, json_lines=self.format is EpochFormat.JSON)


def _described(asked: _Asked) -> "Compiled":
    """Compile the spec, and show the plan and what is rarely meant."""
    from tdcli.report.plan import rendered_plan
    from tdcli.services.compile import compile_spec

    compiled = compile_spec(asked.spec, asked.settings)
    asked.say(rendered_plan(compiled.plan, "table"))
    if not asked.quiet:
        complain(compiled.advice)
    return compiled


def _single(asked: _Asked, place: "Place") -> int | None:
    """Train once, print what came out, and return the signal that ended it, if one did."""
    from tdcli.services.log_names import check_logs
    from tdcli.services.workers import refuse_unshareable

    check_logs(asked.logs)
    compiled = _described(asked)
    refuse_unshareable(compiled, place)
    if asked.is_over(compiled):
        asked.say("the run has ended; `--set training.epochs=N` trains on")
        show(str(asked.run))
        return None
    start_tensorflow()
    from tdcli.cli.reading import make_ready_shown
    from tdcli.report.parts import rendered_parts
    from tdcli.services.prepare import prepare
    from tdcli.services.resume import standing

    make_ready_shown(compiled, quiet=asked.shows_no_talk)
    prepared = prepare(compiled)
    resumed = standing(asked.run, compiled, prepared, force=asked.force, may_begin=asked.may_begin)
    asked.say(rendered_parts(prepared.data))
    with asked.display(compiled.spec.training.epochs) as shown:
        from tdcli.services.train import train_spec

        if not place.is_alone:
            shown.say(f"waiting for {place.count - 1} of {place.count} workers")
        shown.compiling()
        outcome = train_spec(
            compiled, prepared, asked.runs, _command(), shown.update, resumed, asked.logs, shown.say, place
        )
    from tdcli.report.outcome import outcome_json, rendered_outcome

    asked.say(rendered_outcome(outcome))
    show(outcome_json(outcome) if asked.format is EpochFormat.JSON else str(outcome.run.path))
    return outcome.signal


def _followed(asked: _Asked, place: "Place") -> int | None:
    """Train along with the first of several processes, which alone prints and writes."""
    from tdcli.services.compile import compile_spec
    from tdcli.services.workers import refuse_unshareable

    compiled = compile_spec(asked.spec, asked.settings)
    refuse_unshareable(compiled, place)
    if asked.is_over(compiled):
        return None
    start_tensorflow()
    from tdcli.services.follow import follow
    from tdcli.services.prepare import prepare

    return follow(compiled, prepare(compiled), place)


def _several(asked: _Asked, folds: int | None, seeds: int | None) -> int | None:
    """Train several times, print what it came to, and return the signal that ended it, if one did."""
    from tdcli.services.several import turns

    compiled = _described(asked)
    found = turns(compiled, folds, seeds)
    start_tensorflow()
    from tdcli.cli.reading import make_ready_shown
    from tdcli.report.several import rendered_several
    from tdcli.services.train_several import train_several

    def shown(turn: Any, epochs: int) -> "Quiet":
        asked.say(f"{turn.title}:")
        return asked.display(epochs)

    make_ready_shown(compiled, quiet=asked.shows_no_talk)
    folder, several, signal = train_several(asked.spec, asked.settings, found, asked.runs, _command(), shown)
    show(rendered_several(several, asked.format.value))
    asked.say(f"in {folder}; `tdcli report {folder}`")
    return signal


def _command() -> str:
    return shlex.join(["tdcli", *sys.argv[1:]])


def _refuse_beside_several(**options: object) -> None:
    from tdcli.text.diagnostic import UserError

    given = next((name for name, value in options.items() if value), None)
    if given:
        message = f"`--{given}` goes with a single training"
        raise UserError.of("wrong-option", message, "leave it out, or `--folds` and `--seeds`")
