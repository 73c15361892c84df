"""Summarize the trials of a study for `study.json` and for display."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tdcli.runs.stored import TrialState
from tdcli.runs.study import StudyFolder

COUNTED = (TrialState.TRAINED, TrialState.PRUNED)
"""The states of trials that count towards `--trials`."""

ENDED = (*COUNTED, TrialState.REJECTED, TrialState.FAILED)


@dataclass(frozen=True)
class TrialResult:
    """A trial as users see it.

    value: the value of its best epoch. settings: in the form of `--set`. reason: why it was rejected or failed.
    same_as: the earlier trial with the same settings, whose value this one reuses.
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

    wanted: the number of trials to run. importance: the proportion of the differences that each setting explains, from
    0 to 1, in descending order.
    """

    name: str
    monitor: str
    maximize: bool
    wanted: int
    trials: tuple[TrialResult, ...]
    importance: dict[str, float]

    @property
    def counts(self) -> dict[str, int]:
        """The number of trials in each state that occurs."""
        counted = Counter(trial.state for trial in self.trials)
        return {state.value: counted[state] for state in TrialState if counted[state]}

    @property
    def done(self) -> int:
        """The number of trials that count towards `--trials`."""
        return sum(trial.state in COUNTED for trial in self.trials)

    @property
    def ranked(self) -> tuple[TrialResult, ...]:
        """The fully trained trials, best first. Of those with the same settings, only the first is listed."""
        trained = [trial for trial in self.trials if trial.state is TrialState.TRAINED and trial.value is not None]
        first = [trial for trial in trained if trial.same_as is None]
        return tuple(sorted(first, key=lambda trial: trial.value or 0.0, reverse=self.maximize))

    @property
    def best(self) -> TrialResult | None:
        """The best trial so far."""
        return next(iter(self.ranked), None)

    @property
    def epochs(self) -> int:
        """The total number of epochs of all trials."""
        return sum(trial.epochs or 0 for trial in self.trials)

    def best_so_far(self) -> Sequence[tuple[int, float]]:
        """Return the best value after each trained trial, with the number of that trial."""
        better = max if self.maximize else min
        curve: list[tuple[int, float]] = []
        for trial in sorted(self.ranked, key=lambda trial: trial.number):
            value = float(trial.value or 0.0)
            curve.append((trial.number, better(value, curve[-1][1]) if curve else value))
        return curve


def write_results(folder: StudyFolder, results: StudyResults) -> None:
    """Write the results into the folder of the study."""
    folder.write_results(asdict(results))


def read_results(folder: StudyFolder) -> StudyResults:
    """Read what `write_results` wrote. Raises SpecError if the file holds something else."""
    values: dict[str, Any] = folder.read_results()
    return StudyResults(**{**values, "trials": tuple(map(_trial, values["trials"]))})


def _trial(values: dict[str, Any]) -> TrialResult:
    return TrialResult(**{**values, "state": TrialState(values["state"])})
