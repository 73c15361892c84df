"""Everything that a report shows: on a run, on several trainings, on a search."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.dataset import Array
from tdcli.plan.plan import Plan
from tdcli.runs.folder import RunFolder, open_run
from tdcli.runs.stored import NoJson, Summary, check_stored, read_json
from tdcli.runs.study import StudyFolder
from tdcli.services.evaluate.evaluate import Answers, answered
from tdcli.services.evaluate.examples import Example, first_of_each_class, sample, worst_examples
from tdcli.services.evaluate.open_model import held_out_part, opened, refuse_without
from tdcli.services.evaluate.output_layout import are_frames, has_steps
from tdcli.services.runs.list import RunSummary, summarized
from tdcli.services.runs.sound import Skipped, sound_ones
from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.train.repeats import SUMMARY, RepeatedTraining, RepeatResult
from tdcli.services.tune.results import StudyResults, read_results
from tdcli.text.diagnostic import UserError

_SHOWN = ("samples", "loss", "seed", "versions", "data", "features", "command")


@dataclass(frozen=True)
class Shown:
    """A sample, what was said of it, and its real steps `(time, ...)`.

    answer: where frames are answered the true ones and the model's, `(time, ...)` each.
    """

    example: Example
    x: Array
    answer: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Report:
    """A run, its plan and its curves, and how it did on held-out data.

    answers: None where the data are no longer to be had, and then `missing` says why. worst: the samples that it got
    most wrong; some: one of each class, or the first.
    """

    summary: RunSummary
    record: dict[str, Any]
    plan: Plan
    spec: str
    history: list[dict[str, float]]
    missing: str = ""
    answers: Answers | None = None
    worst: tuple[Shown, ...] = ()
    some: tuple[Shown, ...] = ()


def reported(path: Path) -> Report:
    """Open a run and evaluate it. Raises UserError where it is none, or has no model."""
    folder, run = open_run(path), opened(path)
    refuse_without(run.record, _SHOWN, folder.record)
    told = (summarized(folder), run.record, run.compiled.plan, folder.spec.read_text(encoding="utf-8"))
    history = folder.read_history()
    try:
        answers = answered(run, held_out_part(run))
    except UserError as error:
        return Report(*told, history, missing=error.diagnostics[0].message)
    classes = tuple(run.record["classes"] or ())
    worst, some = worst_examples(answers, classes), first_of_each_class(answers, classes)
    return Report(*told, history, answers=answers, worst=_shown(answers, worst), some=_shown(answers, some))


def _shown(answers: Answers, examples: tuple[Example, ...]) -> tuple[Shown, ...]:
    return tuple(Shown(each, sample(answers.part, each.position), _frames(answers, each.position)) for each in examples)


def _frames(answers: Answers, position: int) -> tuple[Array, Array] | None:
    """Return the true and the predicted frames of a sample; None where numbers or classes are answered."""
    if not are_frames(answers.outputs) or answers.evaluation.scores.classes:
        return None
    each = (np.asarray(answers.part.y)[position], answers.outputs[position])
    true, said = each if has_steps(answers.outputs, answers.part) else (each[0][None], each[1][None])
    return true, said


@dataclass(frozen=True)
class SeveralReport:
    """Trainings of one spec: what they came to, the plan and the spec of the first, and how each went.

    monitor: the figure that chose the best epochs; histories: the epochs of each training, by its title.
    """

    folder: str
    several: RepeatedTraining
    plan: Plan
    spec: str
    monitor: str
    histories: dict[str, list[dict[str, float]]]


def is_several(path: Path) -> bool:
    """Say whether a folder holds trainings of `tdcli train --folds` or `--seeds`."""
    return (path / SUMMARY).is_file()


def reported_several(path: Path, skipped: Skipped | None = None) -> SeveralReport:
    """Read the summary and the runs.

    skipped: takes what is wrong with a run that cannot be read; the others are reported without it. Raises UserError
    where the summary is not what `tdcli train` wrote, or none of the runs.
    """
    several = _summary(path / SUMMARY)
    folders = {each.title: RunFolder(path / each.run) for each in several.results}
    sound = sound_ones(folders, lambda title: (title, _history(folders[title])), skipped)
    histories = dict(sound)
    first = folders[sound[0][0]]
    return SeveralReport(
        path.resolve().name,
        several,
        compile_run(first).plan,
        first.spec.read_text(encoding="utf-8"),
        str(first.read_record().get("monitor", "loss")),
        histories,
    )


def _history(run: RunFolder) -> list[dict[str, float]]:
    run.read_record()
    return run.read_history()


def _summary(path: Path) -> RepeatedTraining:
    help = "train again with `--folds` or `--seeds`"
    try:
        data, values = read_json(path)
    except NoJson as error:
        raise UserError.of("not-a-run", f"`{path}` cannot be read: {error}", help) from None
    check_stored(Summary, data, str(path), "not-a-run", help)
    results = [
        RepeatResult(*(each[name] for name in ("title", "run", "figures", "baseline"))) for each in values["results"]
    ]
    return RepeatedTraining(values["name"], values["command"], tuple(results))


@dataclass(frozen=True)
class StudyReport:
    """A study, and the plan and spec of its best trial; None and nothing as long as none was trained."""

    folder: str
    results: StudyResults
    plan: Plan | None
    spec: str


def reported_study(path: Path) -> StudyReport:
    """Read what `tdcli tune` wrote. Raises UserError where it is something else."""
    folder = StudyFolder(path)
    results = read_results(folder)
    if not folder.best.is_file():
        return StudyReport(path.resolve().name, results, None, "")
    return StudyReport(
        path.resolve().name, results, compile_spec(folder.best).plan, folder.best.read_text(encoding="utf-8")
    )
