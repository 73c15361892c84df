"""Compare predicted with true numbers, target by target, because targets may have different units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Part
from tdcli.services.evaluate.comparison import BaselineComparison, GroupScore, MetricValues, Scores, StepScore
from tdcli.services.evaluate.metrics import compute_metric
from tdcli.services.evaluate.output_layout import are_frames, frames_by_value, group_samples
from tdcli.spec.losses import METRICS

UNITLESS = ("mase", "r2", "smape", "mape")
"""The metrics without a unit, which can be averaged over targets."""

OF_UNITS = (
    "MeanAbsoluteError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "RootMeanSquaredError",
    "CosineSimilarity",
)
"""Keras's metrics that depend on the unit, and cannot be averaged over targets with different units."""


def baseline_outputs(part: Part, known: Mapping[str, Any]) -> dict[str, Array]:
    """Return the predictions of each baseline for numbers, by name, with the shape of y."""
    persistence = {} if part.origin is None else {"persistence": part.origin}
    mean = np.broadcast_to(np.asarray(known["mean"]), np.asarray(part.y).shape)
    return {**persistence, **part.baselines, "mean": mean}


def to_grid(values: Array, targets: Sequence[str]) -> Array:
    """Return numbers as `(samples, steps, targets)`. Each output without a name is a target."""
    if values.ndim == 3:
        return values
    count = len(targets) if targets and values.shape[1] % len(targets) == 0 else values.shape[1]
    return values.reshape(len(values), -1, count)


def target_names(grid: Array, targets: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a grid's targets."""
    names = tuple(targets)
    return names if len(names) == grid.shape[2] else tuple(f"output {place}" for place in range(grid.shape[2]))


def real_steps(part: Part, grid: Array) -> Array:
    """Return which timesteps are not padding, `(samples, steps)`. Frames have one row per value."""
    if part.y_valid is None:
        return np.ones(grid.shape[:2], bool)
    if len(grid) > len(part):
        return np.repeat(part.y_valid, len(grid) // len(part), axis=0)
    return np.repeat(part.y_valid, grid.shape[1] // part.y_valid.shape[1], axis=1)


@dataclass(frozen=True)
class ScoredTarget:
    """The values of one target, `(samples, steps)`, in the data, by the model and by each baseline.

    real: which timesteps are not padding.
    scales: the divisors of errors for MASE, `(samples, 1)`, None if they are unknown.
    metrics: the Keras metrics to compute as well.
    """

    name: str
    truth: Array
    model: Array
    baselines: dict[str, Array]
    real: Array
    scales: Array | None
    metrics: Sequence[str] = ()

    def compared(self, kind: type[BaselineComparison], **rest: Any) -> Any:
        """Compare over all samples and timesteps."""
        baselines = {name: self.figures(said) for name, said in self.baselines.items()}
        return kind.of(self.figures(self.model), baselines, **rest)

    def figures(self, said: Array) -> MetricValues:
        """Return the errors, the proportion of variance explained, percentages and the Keras metrics.

        smape: `200 |y - f| / (|y| + |f|)`, 0 if both are 0 (Makridakis and others 2020). mape: only if no true value
        is 0.
        """
        truth, real = self.truth.astype(np.float64), self.real
        off = said.astype(np.float64) - truth
        sizes, sums = np.abs(off), np.abs(truth) + np.abs(said)
        spread = (((truth - _step_means(truth, real)) ** 2)[real]).sum()
        found = {"rmse": np.sqrt((off[real] ** 2).mean()), "mae": sizes[real].mean()}
        found |= {"r2": 1 - (off[real] ** 2).sum() / spread} if spread > 0 else {}
        found |= {"mase": (sizes / self.scales)[real].mean()} if self.scales is not None else {}
        found["smape"] = 200 * np.divide(sizes, sums, out=np.zeros_like(sizes), where=sums > 0)[real].mean()
        found |= {"mape": 100 * (sizes[real] / np.abs(truth[real])).mean()} if truth[real].all() else {}
        figures = {name: float(value) for name, value in found.items()}
        return figures | {name: self._asked(name, said) for name in self.metrics if name not in figures}

    def _asked(self, name: str, said: Array) -> float:
        whole = self.real.all()
        rows = (self.truth, said) if whole else (self.truth[self.real][:, None], said[self.real][:, None])
        return compute_metric(name, *rows, "numbers")

    def by_step(self) -> list[StepScore]:
        """Return the errors at each timestep."""
        counts = np.maximum(self.real.sum(axis=0), 1)
        found = self._all_errors(lambda each: each.sum(axis=0) / counts)
        steps = np.flatnonzero(self.real.any(axis=0)).tolist()
        return [StepScore.of(*_figures_at(found, step), step=step + 1, target=self.name) for step in steps]

    def by_group(self, names: Sequence[str], codes: Array) -> list[GroupScore]:
        """Return the errors in each group. codes: the index of each sample's group in `names`, `(samples,)`."""
        samples = np.bincount(codes, minlength=len(names)).tolist()
        counts = np.maximum(np.bincount(codes, self.real.sum(axis=1)), 1)
        found = self._all_errors(lambda each: np.bincount(codes, each.sum(axis=1)) / counts)
        return [
            GroupScore.of(*_figures_at(found, place), group=name, samples=samples[place], target=self.name)
            for place, name in enumerate(names)
        ]

    def _all_errors(self, mean: Callable[[Array], Array]) -> dict[str, dict[str, Array]]:
        """Return the mean errors of the model, under an empty name, and of each baseline."""
        return {name: self._errors(said, mean) for name, said in {"": self.model, **self.baselines}.items()}

    def _errors(self, said: Array, mean: Callable[[Array], Array]) -> dict[str, Array]:
        off = np.where(self.real, said.astype(np.float64) - self.truth, 0)
        found = {"rmse": np.sqrt(mean(off**2)), "mae": mean(np.abs(off))}
        return found if self.scales is None else found | {"mase": mean(np.abs(off) / self.scales)}


def _step_means(values: Array, real: Array) -> Array:
    """Return the mean of each timestep, or the overall mean if some timesteps are padding."""
    return np.asarray(values.mean(axis=0) if real.all() else np.full(values.shape[1], values[real].mean()))


def _figures_at(found: dict[str, dict[str, Array]], place: int) -> tuple[MetricValues, dict[str, MetricValues]]:
    at = {who: {name: float(each[place]) for name, each in errors.items()} for who, errors in found.items()}
    return at.pop(""), at


def score_numbers(
    part: Part, outputs: Array, targets: Sequence[str], known: Mapping[str, Any], metrics: Sequence[str]
) -> Scores:
    """Compare predicted with true numbers, target by target, without padded timesteps."""
    columns = _target_columns(part, outputs, targets, known, metrics)
    rest: dict[str, Any] = {
        "steps": _errors_by_step(columns),
        "groups": _errors_by_group(columns, *group_samples(part)),
    }
    if len(columns) == 1:
        return columns[0].compared(Scores, **rest)  # type: ignore[no-any-return]
    found = {each.name: each.compared(BaselineComparison) for each in columns}
    pooled = [name for name in metrics if METRICS[name] not in OF_UNITS]
    said = {"": outputs, **baseline_outputs(part, known)}
    figures = {name: _mean_figures(part, each, found, name, pooled) for name, each in said.items()}
    return Scores.of(figures.pop(""), figures, targets=found, **rest)  # type: ignore[no-any-return]


def _target_columns(
    part: Part, outputs: Array, targets: Sequence[str], known: Mapping[str, Any], metrics: Sequence[str]
) -> list[ScoredTarget]:
    grid = partial(frames_by_value, part=part) if are_frames(outputs) else partial(to_grid, targets=targets)
    truth, said = grid(np.asarray(part.y)), grid(outputs)
    baselines = {name: grid(each) for name, each in baseline_outputs(part, known).items()}
    names, real = target_names(truth, targets), real_steps(part, truth)
    return [
        ScoredTarget(
            name,
            truth[..., place],
            said[..., place],
            {who: each[..., place] for who, each in baselines.items()},
            real,
            _error_scales(part, known, place) if len(known.get("scale") or ()) == len(names) else None,
            metrics,
        )
        for place, name in enumerate(names)
    ]


def _error_scales(part: Part, known: Mapping[str, Any], place: int) -> Array | None:
    """Return the divisor of each sample's errors, `(samples, 1)`: the scale of its group, or else the overall scale."""
    overall, by_group = known["scale"][place], known.get("scales") or {}
    if overall is None:
        return None
    if part.groups is None or not by_group:
        return np.full((len(part), 1), overall)
    names, codes = group_samples(part)
    own = [by_group[name][place] if name in by_group else None for name in names]
    return np.array([overall if each is None else each for each in own])[codes][:, None]


def _errors_by_step(columns: Sequence[ScoredTarget]) -> tuple[StepScore, ...]:
    """Return the errors at each timestep, or nothing if there is a single one."""
    return tuple(step for each in columns for step in each.by_step()) if columns[0].truth.shape[1] > 1 else ()


def _errors_by_group(columns: Sequence[ScoredTarget], names: Sequence[str], codes: Array) -> tuple[GroupScore, ...]:
    """Return the errors of each group, or nothing if there is a single one."""
    return tuple(one for each in columns for one in each.by_group(names, codes)) if len(names) > 1 else ()


def _mean_figures(
    part: Part, said: Array, found: Mapping[str, BaselineComparison], who: str, metrics: Sequence[str]
) -> MetricValues:
    """Return the means over targets of metrics without a unit, and the Keras metrics that do not mix units."""
    each = [one.baselines[who] if who else one.figures for one in found.values()]
    means = {name: fmean(one[name] for one in each) for name in UNITLESS if all(name in one for one in each)}
    real = np.s_[:] if part.y_valid is None else part.y_valid
    asked = {name: compute_metric(name, np.asarray(part.y)[real], said[real], "numbers") for name in metrics}
    return means | {name: value for name, value in asked.items() if name not in means}
