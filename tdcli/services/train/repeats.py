"""Plan the repeated trainings of one spec, with several folds or seeds, and summarize their results."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from statistics import fmean, stdev

from tdcli.runs.files import write_json
from tdcli.services.specs.compile import Compiled
from tdcli.text.errors import SpecError

SUMMARY = "summary.json"


@dataclass(frozen=True)
class Repeat:
    """One of several trainings: its title and its settings."""

    title: str
    settings: tuple[str, ...]


@dataclass(frozen=True)
class RepeatResult:
    """The run of a repeat, the metrics of its best epoch and on the test set, and those of the best baseline."""

    title: str
    run: str
    figures: dict[str, float]
    baseline: dict[str, float]


@dataclass(frozen=True)
class MetricSummary:
    """A metric over several trainings. deviation: the sample standard deviation, 0 for a single value."""

    mean: float
    deviation: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class RepeatedTraining:
    """The results of all repeats, and a summary of each metric."""

    name: str
    command: str
    results: tuple[RepeatResult, ...]

    @property
    def metrics(self) -> dict[str, MetricSummary]:
        """The metrics that all trainings have."""
        return _summarize([result.figures for result in self.results])

    @property
    def baseline(self) -> dict[str, MetricSummary]:
        """The metrics of the best baselines on the test sets."""
        return _summarize([result.baseline for result in self.results])


def plan_repeats(compiled: Compiled, folds: int | None, seeds: int | None) -> tuple[Repeat, ...]:
    """Return the trainings: every fold with every seed. A seed changes weights and batches, but not the split.

    Raises SpecError if there are too few folds or seeds.
    """
    for option, number, least in (("--folds", folds, 2), ("--seeds", seeds, 1)):
        if number is not None and number < least:
            raise SpecError.of("wrong-option", f"`{option} {number}` is too few", f"write `{option} {max(least, 5)}`")
    pairs = product(_seed_repeats(compiled, seeds or 0) or [_ONCE], _fold_repeats(folds or 0) or [_ONCE])
    return tuple(
        Repeat(", ".join(part.title for part in (fold, seed) if part.title), (*seed.settings, *fold.settings))
        for seed, fold in pairs
    )


def _seed_repeats(compiled: Compiled, count: int) -> list[Repeat]:
    first, split_seed = compiled.spec.training.seed, compiled.spec.split.seed
    same_parts = f"split.seed={first if split_seed is None else split_seed}"
    return [Repeat(f"seed {seed}", (f"training.seed={seed}", same_parts)) for seed in range(first, first + count)]


def _fold_repeats(count: int) -> list[Repeat]:
    return [Repeat(f"fold {fold}", (f"split.folds={count}", f"split.fold={fold}")) for fold in range(1, count + 1)]


_ONCE = Repeat("", ())


def write_summary(folder: Path, repeated: RepeatedTraining) -> None:
    """Write the results of all repeats, completely or not at all."""
    metrics = {name: asdict(figure) for name, figure in repeated.metrics.items()}
    baseline = {name: asdict(figure) for name, figure in repeated.baseline.items()}
    write_json(folder / SUMMARY, {**asdict(repeated), "metrics": metrics, "baseline": baseline})


def _summarize(results: Sequence[dict[str, float]]) -> dict[str, MetricSummary]:
    shared = [name for name in results[0] if all(name in figures for figures in results)] if results else []
    return {name: _summarize_values(tuple(float(figures[name]) for figures in results)) for name in shared}


def _summarize_values(values: tuple[float, ...]) -> MetricSummary:
    if not all(map(math.isfinite, values)):
        return MetricSummary(math.nan, math.nan, values)
    return MetricSummary(fmean(values), stdev(values) if len(values) > 1 else 0.0, values)
