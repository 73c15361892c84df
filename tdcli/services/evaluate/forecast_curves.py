"""Prepare the curves of charts: true values, forecasts and baseline along one axis."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Part
from tdcli.services.evaluate.evaluate import EvaluatedOutputs
from tdcli.services.evaluate.output_layout import frames_by_mean
from tdcli.services.evaluate.score_numbers import real_steps
from tdcli.services.evaluate.targets import FRAMES, TargetValues, split_targets

MOST_SHOWN = 240
"""The most samples in a curve over samples."""


@dataclass(frozen=True)
class ForecastCurve:
    """One target over the timesteps of a sample, or over samples in the order of the data.

    baseline, baseline_name: the best baseline of the target.
    sample: the name of the sample for a curve over timesteps, None for a curve over samples.
    times: the time of each value, empty if the data have no times.
    """

    target: str
    truth: Array
    predicted: Array
    baseline: Array
    baseline_name: str
    sample: str | None = None
    times: tuple[str, ...] = ()

    @property
    def is_over_steps(self) -> bool:
        """Whether the curve shows the timesteps of one sample."""
        return self.sample is not None

    @property
    def is_mean(self) -> bool:
        """Whether each value is the mean of a frame."""
        return self.target == FRAMES


def forecast_curves(answers: EvaluatedOutputs, most: int = 3) -> tuple[ForecastCurve, ...]:
    """Return a curve for each target, over samples, or over the timesteps of some samples if they have several."""
    targets = split_targets(answers, most, frames_by_mean)
    over_samples = targets[0].truth.shape[1] == 1
    return _over_samples(answers, targets) if over_samples else _over_steps(answers, targets, most)


def _over_samples(answers: EvaluatedOutputs, targets: tuple[TargetValues, ...]) -> tuple[ForecastCurve, ...]:
    count = len(targets[0].truth)
    first = max(0, (count - MOST_SHOWN) // 2)
    times = _times_of_samples(answers.part, np.arange(count)[first : first + MOST_SHOWN])
    chosen = np.s_[first : first + MOST_SHOWN, 0]
    return tuple(_curve(target, chosen, None, times) for target in targets)


def _over_steps(answers: EvaluatedOutputs, targets: tuple[TargetValues, ...], most: int) -> tuple[ForecastCurve, ...]:
    """Return a curve for each target of one sample, or for several samples if there is a single target."""
    count, steps = targets[0].truth.shape
    samples = np.unique(np.linspace(0, count - 1, most if len(targets) == 1 else 1).astype(int)).tolist()
    real = real_steps(answers.part, targets[0].truth)
    curves = []
    for sample in samples:
        times = np.array(_times_of_samples(answers.part, np.array([sample])) or [""] * steps)[real[sample]]
        name = str(answers.part.title(sample))
        curves += [_curve(target, (sample, real[sample]), name, tuple(times)) for target in targets]
    return tuple(curves)


def _times_of_samples(part: Part, samples: Array) -> tuple[str, ...]:
    """Return the time of each value, sample by sample, or nothing if the data have no times."""
    return () if part.times is None else tuple(part.times.take(samples).texts().ravel().tolist())


def _curve(target: TargetValues, chosen: Any, sample: str | None, times: tuple[str, ...]) -> ForecastCurve:
    truth, predicted, baseline = (values[chosen] for values in (target.truth, target.predicted, target.baseline))
    shown = times if any(times) else ()
    return ForecastCurve(target.name, truth, predicted, baseline, target.baseline_name, sample, shown)
