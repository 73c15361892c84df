"""A model on data that it was not trained on."""

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
    """What was evaluated, on how many samples, and how it went."""

    name: str
    title: str
    samples: int
    scores: Scores
    targets: tuple[str, ...]


@dataclass(frozen=True)
class EvaluatedOutputs:
    """What a model says of samples, in the data's units, and how it did.

    baselines: what is said of numbers without a model, by name, each of y's shape.
    """

    part: Part
    outputs: Array
    evaluation: Evaluation
    baselines: Mapping[str, Array] = field(default_factory=dict)


def evaluate_run(
    path: Path, data: Path | None = None, targets: Path | None = None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluatedOutputs:
    """Open a run, or an exported model, and evaluate it as `evaluate_model` does. Raises SpecError if it is neither."""
    return evaluate_model(open_model(path), data, targets, callbacks=callbacks)


def evaluate_model(
    run: TrainedModel, data: Path | None = None, targets: Path | None = None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluatedOutputs:
    """Predict the held-out part, or a file with its targets, and compare.

    Raises SpecError where the data do not fit the model, or hold no target.
    """
    return evaluate_with_outputs(run, part_to_score(run, data, targets, callbacks=callbacks))


def evaluate(run: TrainedModel, chosen: EvaluationSet) -> Evaluation:
    """Predict and compare. Raises SpecError where the data hold no target."""
    return evaluate_with_outputs(run, chosen).evaluation


def evaluate_with_outputs(run: TrainedModel, chosen: EvaluationSet) -> EvaluatedOutputs:
    """Predict and compare, and keep what was predicted. Raises SpecError where the data hold no target."""
    part = chosen.part
    if part.y is None:
        message = f"`{chosen.title}` holds no target to compare with"
        help = "add the target column, give `--targets FILE` with an array, or clips in a folder a class"
        raise SpecError.of("no-target", message, help)
    outputs = model_outputs(open_model_file(run.model), part)
    scores = score_outputs(run, part, outputs)
    evaluation = Evaluation(run.record["name"], chosen.title, len(part), scores, tuple(run.record["targets"]))
    return EvaluatedOutputs(
        part, outputs, evaluation, {} if scores.classes else baseline_outputs(part, run.record["naive"])
    )


def score_outputs(run: TrainedModel, part: Part, outputs: Array) -> Scores:
    """Compare what a run's model says of a part with its targets."""
    record = run.record
    classes, targets = tuple(record["classes"] or ()), tuple(record["targets"])
    return score_outputs_of_part(part, outputs, record["naive"], classes, targets, run.compiled.objective)
