"""One spec trained several times, on each fold or from several seeds: its trainings, and what they came to."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from statistics import fmean, stdev

from tdcli.runs.files import write_json
from tdcli.services.specs.compile import Compiled
from tdcli.text.diagnostic import UserError

SUMMARY = "summary.json"


@dataclass(frozen=True)
class Turn:
    """One training of several: what tells it from the others, and its settings."""

    title: str
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What a turn came to: its run, the best epoch's figures, and those of the test part beside the best baseline's."""

    title: str
    run: str
    figures: dict[str, float]
    baseline: dict[str, float]


@dataclass(frozen=True)
class Figure:
    """A metric over several trainings; deviation: the standard deviation of a sample, 0 of a single value."""

    mean: float
    deviation: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class Several:
    """Trainings of one spec, and each metric over them."""

    name: str
    command: str
    results: tuple[Result, ...]

    @property
    def metrics(self) -> dict[str, Figure]:
        """Each metric that all trainings have."""
        return _summed_up([each.figures for each in self.results])

    @property
    def baseline(self) -> dict[str, Figure]:
        """What the best baseline of each reached on the test parts."""
        return _summed_up([each.baseline for each in self.results])


def turns(compiled: Compiled, folds: int | None, seeds: int | None) -> tuple[Turn, ...]:
    """Return the trainings: every fold from every seed, which draws weights and batches but not the parts.

    Raises UserError where the numbers make no sense.
    """
    for option, number, least in (("--folds", folds, 2), ("--seeds", seeds, 1)):
        if number is not None and number < least:
            raise UserError.of("wrong-option", f"`{option} {number}` is too few", f"write `{option} {max(least, 5)}`")
    pairs = product(_seeds(compiled, seeds or 0) or [_ONCE], _folds(folds or 0) or [_ONCE])
    return tuple(
        Turn(", ".join(each.title for each in (fold, seed) if each.title), (*seed.settings, *fold.settings))
        for seed, fold in pairs
    )


def _seeds(compiled: Compiled, count: int) -> list[Turn]:
    first, parting = compiled.spec.training.seed, compiled.spec.split.seed
    kept = f"split.seed={first if parting is None else parting}"
    return [Turn(f"seed {seed}", (f"training.seed={seed}", kept)) for seed in range(first, first + count)]


def _folds(count: int) -> list[Turn]:
    return [Turn(f"fold {fold}", (f"split.folds={count}", f"split.fold={fold}")) for fold in range(1, count + 1)]


_ONCE = Turn("", ())


def write_summary(folder: Path, several: Several) -> None:
    """Write what the trainings came to, whole or not at all."""
    metrics = {name: asdict(figure) for name, figure in several.metrics.items()}
    baseline = {name: asdict(figure) for name, figure in several.baseline.items()}
    write_json(folder / SUMMARY, {**asdict(several), "metrics": metrics, "baseline": baseline})


def _summed_up(results: Sequence[dict[str, float]]) -> dict[str, Figure]:
    shared = [name for name in results[0] if all(name in each for each in results)] if results else []
    return {name: _figure(tuple(float(each[name]) for each in results)) for name in shared}


def _figure(values: tuple[float, ...]) -> Figure:
    if not all(map(math.isfinite, values)):
        return Figure(math.nan, math.nan, values)
    return Figure(fmean(values), stdev(values) if len(values) > 1 else 0.0, values)
