"""A model on data that it was not trained on."""

from dataclasses import dataclass

from tdcli.data._dataset import Array, Part
from tdcli.formats._find import model_file
from tdcli.services.outputs import outputs_for
from tdcli.services.run_data import Chosen, Opened
from tdcli.services.score import Scores, naive_forecast, scored
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Evaluation:
    """What was evaluated, on how many samples, and how it went."""

    name: str
    title: str
    samples: int
    scores: Scores
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """What a model says of samples, in the data's units, and how it did; baseline: what a naive forecaster says."""

    part: Part
    outputs: Array
    evaluation: Evaluation
    baseline: Array | None = None


def evaluate(run: Opened, chosen: Chosen) -> Evaluation:
    """Predict and compare. Raises UserError where the data hold no target."""
    return answered(run, chosen).evaluation


def answered(run: Opened, chosen: Chosen) -> Answers:
    """Predict and compare, and keep what was predicted. Raises UserError where the data hold no target."""
    part = chosen.part
    if part.y is None:
        message = f"`{chosen.title}` holds no target to compare with"
        help = "add the target column, give `--targets FILE` with an array, or clips in a folder a class"
        raise UserError.of("no-target", message, help)
    outputs = outputs_for(model_file(run.model), part)
    classes = tuple(run.record["classes"] or ())
    scores = scored(part, outputs, classes, run.record["naive"])
    evaluation = Evaluation(run.record["name"], chosen.title, len(part), scores, tuple(run.record["targets"]))
    baseline = None if scores.classes else naive_forecast(part, run.record["naive"])[1]
    return Answers(part, outputs, evaluation, baseline)
