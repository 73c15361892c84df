"""Prepare the curves of charts: true values, forecasts and baseline along one axis."""

from dataclasses import dataclass, replace
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
    group: the name of the series whose samples are shown, empty if there is only one.
    times: the time of each value, empty if the data have no times.
    """

    target: str
    truth: Array
    predicted: Array
    baseline: Array
    baseline_name: str
    sample: str | None = None
    times: tuple[str, ...] = ()
    group: str = ""

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
    return _over_samples(answers, targets, most) if over_samples else _over_steps(answers, targets, most)


def _over_samples(answers: EvaluatedOutputs, targets: tuple[TargetValues, ...], most: int) -> tuple[ForecastCurve, ...]:
    """Return a curve for each target of one series, or for several series if there is a single target."""
    curves = []
    for group, samples in _samples_of_groups(answers.part, most if len(targets) == 1 else 1):
        first = max(0, (len(samples) - MOST_SHOWN) // 2)
        shown = samples[first : first + MOST_SHOWN]
        times = _times_of_samples(answers.part, shown)
        curves += [replace(_curve(target, (shown, 0), None, times), group=group) for target in targets]
    return tuple(curves)


def _samples_of_groups(part: Part, most: int) -> list[tuple[str, Array]]:
    """Return the samples of some series, at equal distances in the order of their names."""
    if part.groups is None or len(names := np.unique(part.groups)) == 1:
        return [("", np.arange(len(part)))]
    chosen = names[np.unique(np.linspace(0, len(names) - 1, most).astype(int))]
    return [(str(name), np.flatnonzero(part.groups == name)) for name in chosen]


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
