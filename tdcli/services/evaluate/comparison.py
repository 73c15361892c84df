"""A model's figures beside those of forecasts without a model, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

MetricValues = dict[str, float]

_LOWER_IS_BETTER = ("rmse", "mae", "mse", "msle", "mape", "smape", "mase")


def lower_is_better(figure: str) -> bool:
    """Say whether a figure is an error; of the test part it begins with `test_`, of one target it ends with its name.

    >>> [lower_is_better(name) for name in ("rmse", "test_mae[temp]", "binary_crossentropy", "r2", "accuracy")]
    [True, True, True, False, False]
    """
    name = figure.removeprefix("test_").partition("[")[0]
    return name in _LOWER_IS_BETTER or "error" in name or "crossentropy" in name


@dataclass(frozen=True)
class BaselineComparison:
    """The model's figures, and those of each baseline under the same names; the first figure decides."""

    figures: MetricValues
    baselines: dict[str, MetricValues]
    best_baseline: str

    @classmethod
    def of(cls, figures: MetricValues, baselines: Mapping[str, MetricValues], **rest: Any) -> Any:
        """Find the best baseline; of those that are as good, the first."""
        name = next(iter(figures))
        sign = 1 if lower_is_better(name) else -1
        ranks = {each: sign * found[name] for each, found in baselines.items() if isfinite(found[name])}
        best = min(ranks, key=lambda each: ranks[each], default=next(iter(baselines)))
        return cls(figures, dict(baselines), best, **rest)

    @property
    def baseline_name(self) -> str:
        """The best baseline."""
        return self.best_baseline

    @property
    def criterion(self) -> str:
        """The figure that decides."""
        return next(iter(self.figures))

    @property
    def baseline(self) -> MetricValues:
        """The figures of the best baseline."""
        return self.baselines[self.best_baseline]

    @property
    def is_better(self) -> bool:
        """Whether the model beats the best baseline."""
        value, baseline = self.figures[self.criterion], self.baseline[self.criterion]
        return value < baseline if lower_is_better(self.criterion) else value > baseline


@dataclass(frozen=True)
class StepScore(BaselineComparison):
    """One step of a forecast; step: from 1; target: its name, as that of the others."""

    step: int
    target: str


@dataclass(frozen=True)
class GroupScore(BaselineComparison):
    """One group's samples."""

    group: str
    samples: int
    target: str


@dataclass(frozen=True)
class ClassScore:
    """One class: of the predicted, how many are right; of the true, how many are found; their harmonic mean."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Scores(BaselineComparison):
    """How a model did; of several targets, `figures` are those that have no unit, the means over the targets.

    targets: each target by itself, where there are several; steps: of a forecast of several; groups: where windows
    were cut from several series; confusion: `confusion[true][predicted]`, counts; rare: the classes that make up
    less than the share `rare_below`, because of which accuracy does not decide.
    """

    targets: dict[str, BaselineComparison] = field(default_factory=dict)
    steps: tuple[StepScore, ...] = ()
    groups: tuple[GroupScore, ...] = ()
    classes: tuple[ClassScore, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    rare: tuple[str, ...] = ()
    rare_below: float | None = None

    def by_target(self) -> dict[str, BaselineComparison]:
        """Return what is judged, each by itself: the targets, or all under an empty name."""
        return self.targets or {"": self}

    def best_for(self, target: str) -> str:
        """Return the best baseline of a target."""
        return self.targets.get(target, self).best_baseline
