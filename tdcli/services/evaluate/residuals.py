"""Compute the residuals of each target, and the error at each timestep."""

from dataclasses import dataclass

import numpy as np

from tdcli.data.dataset import Array
from tdcli.services.evaluate.evaluate import EvaluatedOutputs
from tdcli.services.evaluate.output_layout import frames_by_value
from tdcli.services.evaluate.score_numbers import real_steps
from tdcli.services.evaluate.targets import TargetValues, split_targets


@dataclass(frozen=True)
class Residuals:
    """The residuals of one target, and the root mean squared errors of the model and the best baseline.

    values: prediction minus true value, `(values,)`. model, baseline: the error at each timestep, `(steps,)`. Padded
    timesteps and values that are not finite are not counted.
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
