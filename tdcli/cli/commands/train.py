"""`tdcli train`."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.console import complain, say, show, talk
from tdcli.cli.options import SettingsOption, SpecArgument

PANEL = "Run"


def train_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    runs: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders are made.")] = Path("runs"),
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with this run where it stood.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Resume although spec or data changed.")] = False,
) -> None:
    """Train a spec on its data into a run folder: models, history, metrics. Ctrl-C keeps what is there.

    Example: tdcli train specs/many_to_one.yaml --set training.epochs=5
    """
    from tdcli.report.plan import rendered_plan
    from tdcli.services.compile import compile_spec

    compiled = compile_spec(spec, settings or ())
    say(rendered_plan(compiled.plan, "table"))
    complain(compiled.advice)
    from tdcli.cli.ahead import start_tensorflow
    from tdcli.cli.progress import TrainingDisplay
    from tdcli.report.parts import rendered_parts
    from tdcli.services.prepare import prepare
    from tdcli.services.resume import resumable

    start_tensorflow()
    prepared = prepare(compiled)
    resumed = resumable(resume, compiled, prepared, force=force) if resume else None
    say(rendered_parts(prepared.data))
    with TrainingDisplay(talk(), compiled.spec.training.epochs) as display:
        from tdcli.services.train import train_spec

        display.compiling()
        command = shlex.join(["tdcli", *sys.argv[1:]])
        outcome = train_spec(compiled, prepared, runs, command, display.update, resumed)
    from tdcli.report.outcome import rendered_outcome

    say(rendered_outcome(outcome))
    show(str(outcome.run.path))
    if outcome.signal is not None:
        raise typer.Exit(128 + outcome.signal)
