"""The metrics of a model and of its baselines, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

MetricValues = dict[str, float]

_LOWER_IS_BETTER = ("rmse", "mae", "mse", "msle", "mape", "smape", "mase")


def lower_is_better(figure: str) -> bool:
    """Return whether lower values of a metric are better.

    The name may start with `test_`, and may end with the name of a target in brackets.

    >>> [lower_is_better(name) for name in ("rmse", "test_mae[temp]", "binary_crossentropy", "r2", "accuracy")]
    [True, True, True, False, False]
    """
    name = figure.removeprefix("test_").partition("[")[0]
    return name in _LOWER_IS_BETTER or "error" in name or "crossentropy" in name


@dataclass(frozen=True)
class BaselineComparison:
    """The metrics of the model and of each baseline, under the same names. The first metric decides."""

    figures: MetricValues
    baselines: dict[str, MetricValues]
    best_baseline: str

    @classmethod
    def of(cls, figures: MetricValues, baselines: Mapping[str, MetricValues], **rest: Any) -> Any:
        """Compare with the best baseline, or the first of equally good ones."""
        name = next(iter(figures))
        sign = 1 if lower_is_better(name) else -1
        ranks = {each: sign * found[name] for each, found in baselines.items() if isfinite(found[name])}
        best = min(ranks, key=lambda each: ranks[each], default=next(iter(baselines)))
        return cls(figures, dict(baselines), best, **rest)

    @property
    def baseline_name(self) -> str:
        """The name of the best baseline."""
        return self.best_baseline

    @property
    def criterion(self) -> str:
        """The name of the metric that decides."""
        return next(iter(self.figures))

    @property
    def baseline(self) -> MetricValues:
        """The metrics of the best baseline."""
        return self.baselines[self.best_baseline]

    @property
    def is_better(self) -> bool:
        """Whether the model beats the best baseline."""
        value, baseline = self.figures[self.criterion], self.baseline[self.criterion]
        return value < baseline if lower_is_better(self.criterion) else value > baseline


@dataclass(frozen=True)
class StepScore(BaselineComparison):
    """One timestep of a forecast. step: its number, counted from 1. target: the name of the target."""

    step: int
    target: str


@dataclass(frozen=True)
class GroupScore(BaselineComparison):
    """The samples of one group."""

    group: str
    samples: int
    target: str


@dataclass(frozen=True)
class ClassScore:
    """The precision, recall and F1 score of one class. count: the number of samples or timesteps of this class."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Scores(BaselineComparison):
    """The result of an evaluation. With several targets, `figures` are the means of the metrics without a unit.

    targets: the comparison of each target, if there are several.
    steps: the comparison at each timestep, if a forecast has several.
    groups: the comparison of each group, if the windows come from several series.
    confusion: the counts `confusion[true][predicted]`.
    counted: what the classes and `confusion` count; values, if a timestep has several classes.
    rare: the classes with a smaller share than `rare_below`. If there are any, accuracy does not decide.
    """

    targets: dict[str, BaselineComparison] = field(default_factory=dict)
    steps: tuple[StepScore, ...] = ()
    groups: tuple[GroupScore, ...] = ()
    classes: tuple[ClassScore, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    counted: Literal["samples", "timesteps", "values"] = "samples"
    rare: tuple[str, ...] = ()
    rare_below: float | None = None

    def by_target(self) -> dict[str, BaselineComparison]:
        """Return the comparison of each target. A single target has an empty name."""
        return self.targets or {"": self}

    def best_for(self, target: str) -> str:
        """Return the name of the best baseline of a target."""
        return self.targets.get(target, self).best_baseline
