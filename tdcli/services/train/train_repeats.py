"""Training a spec several times into one folder."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from tdcli.nn.training.train import Progress
from tdcli.runs.folder import create_run
from tdcli.services.evaluate.evaluate import evaluate
from tdcli.services.evaluate.open_model import held_out, opened
from tdcli.services.samples.prepare import DatasetCache, Prepared, prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.repeats import Result, Several, Turn, write_summary
from tdcli.services.train.train import Outcome, train_spec


class Display(AbstractContextManager["Display"], Protocol):
    """What shows a training while it goes on."""

    def update(self, progress: Progress) -> None:
        """Take in what happened."""


def train_several(
    spec: Path, settings: Sequence[str], found: Sequence[Turn], runs: Path, command: str,
    display: Callable[[Turn, int], Display],
) -> tuple[Path, Several, int | None]:  # fmt: skip
    """Train each turn into a folder of its own, in one for all; return that folder, what came out, and a signal.

    The summary is written after every training; a signal ends the rest. Raises UserError and WorkFailure.
    """
    compiled = compile_spec(spec, settings)
    folder = create_run(runs, f"{compiled.spec.name}-{len(found)}-times").path
    several = Several(compiled.spec.name, command, ())
    data = DatasetCache(judged=True)
    for turn in found:
        own = compile_spec(spec, (*settings, *turn.settings))
        prepared = prepare(own, data.load)
        with display(turn, own.spec.training.epochs) as shown:
            outcome = train_spec(own, prepared, folder, command, shown.update)
        several = replace(several, results=(*several.results, _result(turn, outcome, prepared)))
        write_summary(folder, several)
        if outcome.signal is not None:
            return folder, several, outcome.signal
    return folder, several, None


def _result(turn: Turn, outcome: Outcome, prepared: Prepared) -> Result:
    run = outcome.run.path
    if prepared.data.test is None:
        return Result(turn.title, run.name, outcome.figures, {})
    scores = evaluate(opened(run), held_out(prepared.data)).scores
    of_test: dict[str, float] = {}
    baseline: dict[str, float] = {}
    for target, found in scores.by_target().items():
        behind = f"[{target}]" if target else ""
        of_test |= {f"test_{name}{behind}": value for name, value in found.figures.items()}
        baseline |= {f"test_{name}{behind}": value for name, value in found.baseline.items()}
    return Result(turn.title, run.name, outcome.figures | of_test, baseline)
