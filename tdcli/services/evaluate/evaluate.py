"""Evaluate a model on data that it was not trained on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tdcli.data.dataset import Array, Part
from tdcli.formats.core.registry import open_model_file
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.open_model import EvaluationSet, TrainedModel, open_model, part_to_score
from tdcli.services.evaluate.predict import model_outputs
from tdcli.services.evaluate.score import score_outputs_of_part
from tdcli.services.evaluate.score_numbers import baseline_outputs
from tdcli.services.samples.callbacks import SILENT, ReadCallbacks
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class Evaluation:
    """The name of a model, the samples that it was evaluated on, and the result."""

    name: str
    title: str
    samples: int
    scores: Scores
    targets: tuple[str, ...]


@dataclass(frozen=True)
class EvaluatedOutputs:
    """The outputs of a model in the data's units, and their evaluation.

    baselines: the predictions of each baseline for numbers, by name, with the shape of y.
    """

    part: Part
    outputs: Array
    evaluation: Evaluation
    baselines: Mapping[str, Array] = field(default_factory=dict)


def evaluate_run(
    path: Path, data: Path | None = None, targets: Path | None = None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluatedOutputs:
    """Open a run or an exported model, and evaluate it as `evaluate_model` does. Raises SpecError if it is neither."""
    return evaluate_model(open_model(path), data, targets, callbacks=callbacks)


def evaluate_model(
    run: TrainedModel, data: Path | None = None, targets: Path | None = None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluatedOutputs:
    """Predict the held-out data, or a file with targets, and compare the predictions with the targets.

    Raises SpecError if the data do not fit the model or have no target.
    """
    return evaluate_with_outputs(run, part_to_score(run, data, targets, callbacks=callbacks))


def evaluate(run: TrainedModel, chosen: EvaluationSet) -> Evaluation:
    """Predict, and compare with the targets. Raises SpecError if the data have no target."""
    return evaluate_with_outputs(run, chosen).evaluation


def evaluate_with_outputs(run: TrainedModel, chosen: EvaluationSet) -> EvaluatedOutputs:
    """Evaluate, and return the predictions as well. Raises SpecError if the data have no target."""
    part = chosen.part
    if part.y is None:
        message = f"`{chosen.title}` has no target to compare predictions with"
        help = "add the target column, pass an array with `--targets FILE`, or sort clips into one folder per class"
        raise SpecError.of("no-target", message, help)
    outputs = model_outputs(open_model_file(run.model), part)
    scores = score_outputs(run, part, outputs)
    evaluation = Evaluation(run.record["name"], chosen.title, len(part), scores, tuple(run.record["targets"]))
    return EvaluatedOutputs(
        part, outputs, evaluation, {} if scores.classes else baseline_outputs(part, run.record["naive"])
    )


def score_outputs(run: TrainedModel, part: Part, outputs: Array) -> Scores:
    """Compare the outputs of a run's model with the targets of the samples."""
    record = run.record
    classes, targets = tuple(record["classes"] or ()), tuple(record["targets"])
    return score_outputs_of_part(part, outputs, record["naive"], classes, targets, run.compiled.objective)
