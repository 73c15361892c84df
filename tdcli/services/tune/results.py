"""Summarize the trials of a study, as they are shown and written to `study.json`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tdcli.runs.stored import TrialState
from tdcli.runs.study import StudyFolder

COUNTED = (TrialState.TRAINED, TrialState.PRUNED)
"""The trials that count towards the number asked for."""

ENDED = (*COUNTED, TrialState.REJECTED, TrialState.FAILED)


@dataclass(frozen=True)
class TrialResult:
    """A trial as users see it.

    value: the best of its epochs; settings: as `--set` takes them; reason: why it was rejected, or failed; same_as:
    the earlier trial with the same settings, whose value this one reuses.
    """

    number: int
    state: TrialState
    settings: dict[str, str]
    value: float | None = None
    seconds: float | None = None
    epochs: int | None = None
    parameters: int | None = None
    reason: str = ""
    same_as: int | None = None


@dataclass(frozen=True)
class StudyResults:
    """A study with its trials in order.

    wanted: how many trials were asked for; importance: the share of the differences that each setting explains, from
    0 to 1, the largest first.
    """

    name: str
    monitor: str
    maximize: bool
    wanted: int
    trials: tuple[TrialResult, ...]
    importance: dict[str, float]

    @property
    def counts(self) -> dict[str, int]:
        """The number of trials in each state, without states of none."""
        counted = Counter(trial.state for trial in self.trials)
        return {state.value: counted[state] for state in TrialState if counted[state]}

    @property
    def done(self) -> int:
        """How many trials count towards the number asked for."""
        return sum(trial.state in COUNTED for trial in self.trials)

    @property
    def ranked(self) -> tuple[TrialResult, ...]:
        """The trials that were trained to their end, best first; of those with the same settings only the first."""
        trained = [trial for trial in self.trials if trial.state is TrialState.TRAINED and trial.value is not None]
        first = [trial for trial in trained if trial.same_as is None]
        return tuple(sorted(first, key=lambda trial: trial.value or 0.0, reverse=self.maximize))

    @property
    def best(self) -> TrialResult | None:
        """The best trial so far."""
        return next(iter(self.ranked), None)

    @property
    def epochs(self) -> int:
        """The epochs of all trials together."""
        return sum(trial.epochs or 0 for trial in self.trials)

    def best_so_far(self) -> Sequence[tuple[int, float]]:
        """Return the best value after each trial that was trained, by the trial's number."""
        better = max if self.maximize else min
        curve: list[tuple[int, float]] = []
        for trial in sorted(self.ranked, key=lambda trial: trial.number):
            value = float(trial.value or 0.0)
            curve.append((trial.number, better(value, curve[-1][1]) if curve else value))
        return curve


def write_results(folder: StudyFolder, results: StudyResults) -> None:
    """Write the results into the study's folder."""
    folder.write_results(asdict(results))


def read_results(folder: StudyFolder) -> StudyResults:
    """Read what `write_results` wrote. Raises SpecError if the file holds something else."""
    values: dict[str, Any] = folder.read_results()
    return StudyResults(**{**values, "trials": tuple(map(_trial, values["trials"]))})


def _trial(values: dict[str, Any]) -> TrialResult:
    return TrialResult(**{**values, "state": TrialState(values["state"])})
