"""`tdcli train`."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tdcli.cli.ahead import start_tensorflow
from tdcli.cli.console import complain, say, show, talk
from tdcli.cli.options import SettingsOption, SpecArgument

if TYPE_CHECKING:
    from tdcli.services.compile import Compiled
    from tdcli.services.prepare import Prepared
    from tdcli.services.resume import Standing
    from tdcli.services.train import Outcome

PANEL = "Run"


def train_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    runs: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are made.")] = Path("runs"),
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with this run where it stood.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Resume although spec or data changed.")] = False,
    log: Annotated[
        list[str] | None, typer.Option(metavar="TOOL", help="tensorboard, or mlflow[:URI].", show_default=False)
    ] = None,
) -> None:
    """Train a spec on its data into a run folder: models, history, metrics. Ctrl-C keeps what is there.

    Example: tdcli train specs/many_to_one.yaml --set training.epochs=5
    """
    compiled = _described(spec, settings or (), log or ())
    start_tensorflow()
    prepared, resumed = _read(compiled, resume, force=force)
    outcome = _trained(compiled, prepared, runs, resumed, log or ())
    from tdcli.report.outcome import rendered_outcome

    say(rendered_outcome(outcome))
    show(str(outcome.run.path))
    if outcome.signal is not None:
        raise typer.Exit(128 + outcome.signal)


def _described(spec: Path, settings: Sequence[str], logs: Sequence[str]) -> "Compiled":
    from tdcli.report.plan import rendered_plan
    from tdcli.services.compile import compile_spec
    from tdcli.services.log_names import check_logs

    check_logs(logs)
    compiled = compile_spec(spec, settings)
    say(rendered_plan(compiled.plan, "table"))
    complain(compiled.advice)
    return compiled


def _read(compiled: "Compiled", resume: Path | None, *, force: bool) -> "tuple[Prepared, Standing | None]":
    from tdcli.report.parts import rendered_parts
    from tdcli.services.prepare import prepare
    from tdcli.services.resume import resumable

    prepared = prepare(compiled)
    resumed = resumable(resume, compiled, prepared, force=force) if resume else None
    say(rendered_parts(prepared.data))
    return prepared, resumed


def _trained(
    compiled: "Compiled", prepared: "Prepared", runs: Path, resumed: "Standing | None", logs: Sequence[str]
) -> "Outcome":
    from tdcli.cli.progress import TrainingDisplay

    with TrainingDisplay(talk(), compiled.spec.training.epochs) as display:
        from tdcli.services.train import train_spec

        display.compiling()
        command = shlex.join(["tdcli", *sys.argv[1:]])
        return train_spec(compiled, prepared, runs, command, display.update, resumed, logs, say)
