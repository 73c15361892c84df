"""How far a model is off: the residuals of each target, and the error at each step."""

from dataclasses import dataclass

import numpy as np

from tdcli.data.dataset import Array
from tdcli.services.evaluate.evaluate import EvaluatedOutputs
from tdcli.services.evaluate.output_layout import frames_by_value
from tdcli.services.evaluate.score_numbers import real_steps
from tdcli.services.evaluate.targets import TargetValues, split_targets


@dataclass(frozen=True)
class Residuals:
    """Prediction minus truth of one target, `(values,)`, and the root mean squared errors of model and baseline.

    model, baseline: `(steps,)`; baseline_name: the best of the target's. Padded steps do not count, nor what is not
    finite.
    """

    target: str
    values: Array
    model: Array
    baseline: Array
    baseline_name: str


def residuals(answers: EvaluatedOutputs, most: int = 3) -> tuple[Residuals, ...]:
    """Return the residuals of the first targets."""
    targets = split_targets(answers, most, frames_by_value)
    return tuple(_residuals(target, real_steps(answers.part, target.truth)) for target in targets)


def _residuals(target: TargetValues, real: Array) -> Residuals:
    errors = target.predicted - target.truth
    counted = errors[real & np.isfinite(errors)]
    of_baseline = _rmse(target.baseline - target.truth, real)
    return Residuals(target.name, counted, _rmse(errors, real), of_baseline, target.baseline_name)


def _rmse(errors: Array, real: Array) -> Array:
    squares = np.where(real, errors.astype(np.float64) ** 2, 0)
    return np.asarray(np.sqrt(squares.sum(axis=0) / np.maximum(real.sum(axis=0), 1)))
