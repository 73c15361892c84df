"""Collect the content of a report about a run, repeated trainings or a search."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.dataset import Array
from tdcli.plan.plan import Plan
from tdcli.runs.folder import RunFolder, open_run_folder
from tdcli.runs.stored import InvalidJsonError, RepeatsRecord, check_stored, read_json
from tdcli.runs.study import StudyFolder, is_study
from tdcli.services.evaluate.evaluate import EvaluatedOutputs, evaluate_with_outputs
from tdcli.services.evaluate.examples import SampleExample, examples_of_each_class, real_steps_of_sample, worst_examples
from tdcli.services.evaluate.open_model import check_record_keys, load_held_out_part, open_model
from tdcli.services.evaluate.output_layout import are_frames, has_steps
from tdcli.services.runs.summary import RunSummary, summarize_run
from tdcli.services.runs.tolerant_reading import OnDamaged, read_intact
from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.train.repeats import SUMMARY, RepeatedTraining, RepeatResult
from tdcli.services.tune.results import StudyResults, read_results
from tdcli.text.errors import SpecError

_SHOWN = ("samples", "loss", "seed", "versions", "data", "features", "command")


@dataclass(frozen=True)
class ReportExample:
    """A sample with its prediction.

    x: the real timesteps of the sample, `(time, ...)`. answer: the true and the predicted frames, `(time, ...)` each,
    if the model predicts frames.
    """

    example: SampleExample
    x: Array
    answer: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Report:
    """A run, its plan, its history, and its evaluation on held-out data.

    answers: the evaluation, None if the data can no longer be read. missing: the reason why they cannot be read.
    worst: the samples with the largest errors. some: one sample of each class, or the first samples.
    """

    summary: RunSummary
    record: dict[str, Any]
    plan: Plan
    spec: str
    history: list[dict[str, float]]
    missing: str = ""
    answers: EvaluatedOutputs | None = None
    worst: tuple[ReportExample, ...] = ()
    some: tuple[ReportExample, ...] = ()


def report_run(path: Path) -> Report:
    """Open a run and evaluate it. Raises SpecError if it is not a run, or has no model."""
    folder, run = open_run_folder(path), open_model(path)
    check_record_keys(run.record, _SHOWN, folder.record)
    told = (summarize_run(folder), run.record, run.compiled.plan, folder.spec.read_text(encoding="utf-8"))
    history = folder.read_history()
    try:
        answers = evaluate_with_outputs(run, load_held_out_part(run))
    except SpecError as error:
        return Report(*told, history, missing=error.diagnostics[0].message)
    classes = tuple(run.record["classes"] or ())
    worst, some = worst_examples(answers, classes), examples_of_each_class(answers, classes)
    return Report(
        *told, history, answers=answers, worst=_report_examples(answers, worst), some=_report_examples(answers, some)
    )


def _report_examples(answers: EvaluatedOutputs, examples: tuple[SampleExample, ...]) -> tuple[ReportExample, ...]:
    return tuple(
        ReportExample(
            each, real_steps_of_sample(answers.part, each.position), _true_and_predicted_frames(answers, each.position)
        )
        for each in examples
    )


def _true_and_predicted_frames(answers: EvaluatedOutputs, position: int) -> tuple[Array, Array] | None:
    """Return the true and the predicted frames of a sample, or None if the model predicts numbers or classes."""
    if not are_frames(answers.outputs) or answers.evaluation.scores.classes:
        return None
    each = (np.asarray(answers.part.y)[position], answers.outputs[position])
    true, said = each if has_steps(answers.outputs, answers.part) else (each[0][None], each[1][None])
    return true, said


@dataclass(frozen=True)
class RepeatsReport:
    """Repeated trainings of one spec: their results, their histories, and the plan and spec of the first.

    monitor: the metric that chose the best epochs. histories: the epochs of each training, by title.
    """

    folder: str
    several: RepeatedTraining
    plan: Plan
    spec: str
    monitor: str
    histories: dict[str, list[dict[str, float]]]


def has_repeats(path: Path) -> bool:
    """Return whether a folder contains the trainings of `tdcli train --folds` or `--seeds`."""
    return (path / SUMMARY).is_file()


def report_repeats(path: Path, on_damaged: OnDamaged | None = None) -> RepeatsReport:
    """Read the summary and the runs of repeated trainings.

    on_damaged: called with the errors of a run that cannot be read and is skipped. Raises SpecError if the summary is
    damaged, or if no run can be read.
    """
    several = _read_repeats(path / SUMMARY)
    folders = {each.title: RunFolder(path / each.run) for each in several.results}
    sound = read_intact(folders, lambda title: (title, _history(folders[title])), on_damaged)
    histories = dict(sound)
    first = folders[sound[0][0]]
    return RepeatsReport(
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


def _read_repeats(path: Path) -> RepeatedTraining:
    help = "train again with `--folds` or `--seeds`"
    try:
        data, values = read_json(path)
    except InvalidJsonError as error:
        raise SpecError.of("not-a-run", f"`{path}` cannot be read: {error}", help) from None
    check_stored(RepeatsRecord, data, str(path), "not-a-run", help)
    results = [
        RepeatResult(*(each[name] for name in ("title", "run", "figures", "baseline"))) for each in values["results"]
    ]
    return RepeatedTraining(values["name"], values["command"], tuple(results))


@dataclass(frozen=True)
class StudyReport:
    """A study, and the plan and spec of its best trial. They are None and empty before a trial was trained."""

    folder: str
    results: StudyResults
    plan: Plan | None
    spec: str


def report_study(path: Path) -> StudyReport:
    """Read what `tdcli tune` wrote. Raises SpecError if it is damaged."""
    folder = StudyFolder(path)
    results = read_results(folder)
    if not folder.best.is_file():
        return StudyReport(path.resolve().name, results, None, "")
    return StudyReport(
        path.resolve().name, results, compile_spec(folder.best).plan, folder.best.read_text(encoding="utf-8")
    )


AnyReport = Report | RepeatsReport | StudyReport
"""The content of a report page."""


def report_folder(path: Path, on_damaged: OnDamaged | None = None) -> AnyReport:
    """Collect the content of a report about a folder: a run, repeated trainings, or a study.

    on_damaged: called with the errors of a run that is skipped. Raises SpecError if the folder cannot be read, or is
    something else.
    """
    if is_study(path):
        return report_study(path)
    return report_repeats(path, on_damaged) if has_repeats(path) else report_run(path)
