"""What became of a study's trials, as it is shown and kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tdcli.runs.study import StudyFolder

COUNTED = ("trained", "pruned")
"""What a trial that was trained came to; such trials count towards the number that was asked for."""

ENDED = (*COUNTED, "turned away", "failed")
"""What may become of a trial."""


@dataclass(frozen=True)
class TrialResult:
    """A trial: what became of it, or `running` or `waiting`.

    value: the best of its epochs; settings: as `--set` takes them; reason: why it was turned away, or failed; same_as:
    the trial that had these settings before, and whose value stands for a second training.
    """

    number: int
    state: str
    settings: dict[str, str]
    value: float | None = None
    seconds: float | None = None
    epochs: int | None = None
    parameters: int | None = None
    reason: str = ""
    same_as: int | None = None


@dataclass(frozen=True)
class StudyResults:
    """A study, its trials in their order, and how much of the differences each setting explains, from 0 to 1."""

    name: str
    monitor: str
    maximize: bool
    wanted: int
    trials: tuple[TrialResult, ...]
    importance: dict[str, float]

    @property
    def counts(self) -> dict[str, int]:
        """How many trials came to what."""
        found = Counter(each.state for each in self.trials)
        return {state: found[state] for state in (*ENDED, "running", "waiting") if found[state]}

    @property
    def done(self) -> int:
        """How many trials count towards those that were asked for."""
        return sum(each.state in COUNTED for each in self.trials)

    @property
    def ranked(self) -> tuple[TrialResult, ...]:
        """The trials that were trained to their end, the best first; of those with the same settings the first."""
        trained = [each for each in self.trials if each.state == "trained" and each.value is not None]
        trained = [each for each in trained if each.same_as is None]
        return tuple(sorted(trained, key=lambda each: each.value or 0.0, reverse=self.maximize))

    @property
    def best(self) -> TrialResult | None:
        """The best trial so far."""
        return next(iter(self.ranked), None)

    @property
    def epochs(self) -> int:
        """The epochs of all trials together."""
        return sum(each.epochs or 0 for each in self.trials)

    def best_so_far(self) -> Sequence[tuple[int, float]]:
        """Return the best value after each trial that was trained, by the trial's number."""
        better = max if self.maximize else min
        found: list[tuple[int, float]] = []
        for each in sorted(self.ranked, key=lambda each: each.number):
            value = float(each.value or 0.0)
            found.append((each.number, better(value, found[-1][1]) if found else value))
        return found


def write_results(folder: StudyFolder, results: StudyResults) -> None:
    """Write the results beside the study."""
    folder.write_results(asdict(results))


def read_results(folder: StudyFolder) -> StudyResults:
    """Read what `write_results` wrote. Raises UserError where it is something else."""
    values: dict[str, Any] = folder.read_results()
    return StudyResults(**{**values, "trials": tuple(TrialResult(**each) for each in values["trials"])})
