"""Train a spec several times into one folder."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.runs.folder import create_run
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.callbacks import SILENT, Callbacks
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.repeats import RepeatedTraining, RepeatResult, plan_repeats, write_summary
from tdcli.services.train.train import Outcome, TrainOptions, train_job
from tdcli.services.train.workers import refuse_cluster

if TYPE_CHECKING:
    from tdcli.services.samples.prepare import Prepared


@dataclass(frozen=True)
class RepeatedOutcome:
    """The outcome of repeated trainings: their folder, their results, and the signal that stopped them, if any."""

    folder: Path
    training: RepeatedTraining
    signal: int | None = None


def train_repeated(options: TrainOptions, callbacks: Callbacks = SILENT) -> RepeatedOutcome:
    """Train every fold with every seed, each into its own run folder inside a common folder.

    The summary is written after every training. A signal stops the remaining ones. Raises SpecError and ExecutionError.
    """
    refuse_cluster("several trainings")
    compiled = compile_spec(options.spec, options.settings)
    callbacks.on_compiled(compiled)
    repeats = plan_repeats(compiled, options.folds, options.seeds)
    callbacks.before_loading()
    from tdcli.services.samples.prepare import DatasetCache, prefetch_data, prepare

    prefetch_data(compiled, callbacks.on_loading)
    folder = create_run(options.runs, f"{compiled.spec.name}-{len(repeats)}-times").path
    training = RepeatedTraining(compiled.spec.name, options.command, ())
    data = DatasetCache(judged=True)
    for repeat in repeats:
        own = compile_spec(options.spec, (*options.settings, *repeat.settings))
        prepared = prepare(own, data.load)
        with callbacks.training(own.spec.training.epochs, repeat.title):
            outcome = train_job(TrainingJob(own, prepared, folder, options.command), callbacks)
        training = replace(training, results=(*training.results, _score(repeat.title, outcome, prepared)))
        write_summary(folder, training)
        if outcome.signal is not None:
            return RepeatedOutcome(folder, training, outcome.signal)
    return RepeatedOutcome(folder, training)


def _score(title: str, outcome: Outcome, prepared: "Prepared") -> RepeatResult:
    """Evaluate the model of a repeat on the test set, if there is one."""
    run = outcome.run.path
    if prepared.data.test is None:
        return RepeatResult(title, run.name, outcome.figures, {})
    from tdcli.services.evaluate.evaluate import evaluate
    from tdcli.services.evaluate.open_model import choose_held_out, open_model

    scores = evaluate(open_model(run), choose_held_out(prepared.data)).scores
    figures: dict[str, float] = {}
    baseline: dict[str, float] = {}
    for target, score in scores.by_target().items():
        suffix = f"[{target}]" if target else ""
        figures |= {f"test_{name}{suffix}": value for name, value in score.figures.items()}
        baseline |= {f"test_{name}{suffix}": value for name, value in score.baseline.items()}
    return RepeatResult(title, run.name, outcome.figures | figures, baseline)
