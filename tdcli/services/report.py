"""Everything that a report on a run shows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data._dataset import Array
from tdcli.plan.plan import Plan
from tdcli.runs.folder import open_run
from tdcli.services.errors import Example, first_of_each_class, sample, worst_examples
from tdcli.services.evaluate import Answers, answered
from tdcli.services.frames import are_frames, has_steps
from tdcli.services.run_data import held_out_part, opened, refuse_without
from tdcli.services.runs import RunSummary, summarized
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
