"""A training on the screen from its spec to its outcome: alone, as one of several workers, or several in turn."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tdcli.cli.console import complain, say, show, talk
from tdcli.cli.options import EpochFormat
from tdcli.cli.preload import start_tensorflow

if TYPE_CHECKING:
    from tdcli.cli.display.progress import Quiet
    from tdcli.nn.runtime.cluster import Place
    from tdcli.services.samples.prepare import Origin, Prepared
    from tdcli.services.specs.compile import Compiled
    from tdcli.services.train.resume import Standing
    from tdcli.services.train.train import Outcome


class Asked(NamedTuple):
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
    start: Path | None = None
    """The run whose weights are started from."""

    @property
    def shows_no_talk(self) -> bool:
        """Whether progress is for nobody, or for a program."""
        return self.quiet or self.format is EpochFormat.JSON

    def is_over(self, compiled: "Compiled") -> bool:
        """Say whether the run that is to be begun or gone on with has ended already."""
        from tdcli.services.train.resume import is_over

        return self.run is not None and self.may_begin and is_over(self.run, compiled)

    def origin(self, compiled: "Compiled") -> "Origin | None":
        """Return what the run to go on with, or the run to start from, has fitted."""
        from tdcli.services.train.origin import origin_of

        return origin_of(self.run, self.start, compiled)

    def say(self, value: object) -> None:
        """Say it, unless nothing is to be said."""
        if not self.quiet:
            say(value)

    def display(self, epochs: int) -> "Quiet":
        """Return what shows a training."""
        from tdcli.cli.display.progress import display

        return display(talk(), epochs, quiet=self.quiet, json_lines=self.format is EpochFormat.JSON)


def _described(asked: Asked) -> "Compiled":
    """Compile the spec, and show the plan and what is rarely meant."""
    from tdcli.report.terminal.plan import rendered_plan
    from tdcli.services.specs.compile import compile_spec

    compiled = compile_spec(asked.spec, asked.settings)
    asked.say(rendered_plan(compiled.plan, "table"))
    if not asked.quiet:
        complain(compiled.advice)
    return compiled


def train_once(asked: Asked, place: "Place") -> int | None:
    """Train once, print what came out, and return the signal that ended it, if one did."""
    from tdcli.services.train.logs import check_logs
    from tdcli.services.train.workers import refuse_unshareable

    check_logs(asked.logs)
    compiled = _described(asked)
    refuse_unshareable(compiled, place)
    if asked.is_over(compiled):
        asked.say("the run has ended; `--set training.epochs=N` trains on")
        show(str(asked.run))
        return None
    start_tensorflow()
    from tdcli.cli.display.reading import make_ready_shown
    from tdcli.report.terminal.runs import origin_text
    from tdcli.report.terminal.training import rendered_parts
    from tdcli.services.train.resume import begins, prepare_again, refuse_other_settings, standing

    refuse_other_settings(asked.run, compiled, force=asked.force, may_begin=asked.may_begin)
    origin = asked.origin(compiled)
    make_ready_shown(compiled, quiet=asked.shows_no_talk)
    prepared = prepare_again(asked.run, compiled, origin)
    resumed = standing(asked.run, compiled, prepared, force=asked.force, may_begin=asked.may_begin)
    if resumed and begins(resumed[0].path, may_begin=False):
        asked.say(f"{resumed[0].path} was stopped before its first record: training starts over")
    asked.say(rendered_parts(prepared.data))
    if origin and origin.record:
        asked.say(f"started from {origin_text(origin.record)}")
    outcome = _shown_training(asked, compiled, prepared, resumed, place)
    from tdcli.report.terminal.training import outcome_json, rendered_outcome

    asked.say(rendered_outcome(outcome))
    show(outcome_json(outcome) if asked.format is EpochFormat.JSON else str(outcome.run.path))
    return outcome.signal


def _shown_training(
    asked: Asked, compiled: "Compiled", prepared: "Prepared", resumed: "Standing | None", place: "Place"
) -> "Outcome":
    with asked.display(compiled.spec.training.epochs) as shown:
        from tdcli.services.train.train import train_spec

        if not place.is_alone:
            shown.note(f"waiting for {place.count - 1} of {place.count} workers")
        shown.compiling()
        return train_spec(
            compiled, prepared, asked.runs, _command(), shown.update, resumed, asked.logs, shown.note, place
        )


def train_along(asked: Asked, place: "Place") -> int | None:
    """Train along with the first of several processes, which alone prints and writes."""
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.train.workers import refuse_unshareable

    compiled = compile_spec(asked.spec, asked.settings)
    refuse_unshareable(compiled, place)
    if asked.is_over(compiled):
        return None
    start_tensorflow()
    from tdcli.services.samples.prepare import prepare
    from tdcli.services.train.worker import follow

    return follow(compiled, prepare(compiled, origin=asked.origin(compiled)), place)


def train_in_turn(asked: Asked, folds: int | None, seeds: int | None) -> int | None:
    """Train several times, print what it came to, and return the signal that ended it, if one did."""
    from tdcli.services.train.repeats import turns

    compiled = _described(asked)
    found = turns(compiled, folds, seeds)
    start_tensorflow()
    from tdcli.cli.display.reading import make_ready_shown
    from tdcli.report.terminal.training import rendered_several
    from tdcli.services.train.train_repeats import train_several

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
