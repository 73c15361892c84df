"""A search: one trial after another until there are as many as were asked for."""

import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from signal import SIGINT

from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from tdcli.runs.files import write_text
from tdcli.runs.study import StudyFolder, make_study_folder
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.specs.resolve import resolved_values
from tdcli.services.tune.results import StudyResults, TrialResult, write_results
from tdcli.services.tune.setup import Request, searchable
from tdcli.services.tune.stale_trials import fail_killed_trials, is_heard_of
from tdcli.services.tune.storage import reachable_storage
from tdcli.services.tune.study import Search, opened_study, results_of_study
from tdcli.services.tune.trials import COUNTED, FAILURE, NOT_NEEDED, REFUSED, NotNeeded, Trials, counted
from tdcli.text.diagnostic import UserError, WorkFailure
from tdcli.text.yaml_writer import yaml_text

SECONDS_OF_SILENCE = 5.0
"""So long nothing is shown, until a trial that was turned away is."""

Show = Callable[[TrialResult, StudyResults], None]
"""Takes a trial that ended, and the study so far."""


class Shown:
    """Shows trials, and knows how long none was shown."""

    def __init__(self, show: Show) -> None:
        self.show = show
        self.last = time.monotonic()

    @property
    def is_silent(self) -> bool:
        """Whether nothing was shown for so long that a trial which was turned away is worth a line."""
        return time.monotonic() - self.last >= SECONDS_OF_SILENCE

    def __call__(self, trial: TrialResult, results: StudyResults) -> None:
        """Show a trial that ended."""
        self.last = time.monotonic()
        self.show(trial, results)


MOST_TURNED_AWAY, MOST_FAILED = 300, 20
"""So many in a row, and the search is given up."""

SECONDS_TO_LOOK = 0.5
"""How often trials of other processes are looked at, while there is nothing else to do."""

NUMBERS = re.compile(r"\d[\d,.]*")
"""What tells reasons for the same thing apart."""


@dataclass(frozen=True)
class Searched:
    """Where a search stands: its folder, its results, and the signal that ended it."""

    folder: StudyFolder
    results: StudyResults
    signal: int | None = None


def tune(
    request: Request, show: Show, sampler: BaseSampler | None = None, pruner: BasePruner | None = None
) -> Searched:
    """Train trials until the study has as many as were asked for, or a signal comes.

    sampler, pruner: what draws settings and ends trials in place of `opened_study`'s own.
    Raises UserError where there is nothing to search or to compare by, WorkFailure where the storage fails.
    """
    base = searchable(request)
    folder = make_study_folder(request.studies, base.compiled.spec.name)
    with (
        reachable_storage(),
        Interrupts() as interrupts,
        closing(opened_study(base, folder, request.storage, sampler, pruner)) as search,
    ):
        session = _Session(search, Trials(request, base, interrupts.stops), show)
        try:
            session.run()
        except KeyboardInterrupt:
            interrupts.received = interrupts.received or SIGINT
        finally:
            results = session.write()
    return Searched(folder, results, interrupts.received)


class _Session:
    """Trials one after another, and what is written about them."""

    def __init__(self, search: Search, trials: Trials, show: Show) -> None:
        self.search, self.trials, self.shown = search, trials, Shown(show)
        self.in_vain: list[str] = []
        self.failed = 0

    def run(self) -> None:
        """Go on until there are as many trials as were asked for. Raises KeyboardInterrupt within a trial."""
        self.write()  # a report may be asked for before the first trial is over
        while not self.trials.stops() and (self.in_vain or self._is_more_wanted()):
            self._try()

    def _is_more_wanted(self) -> bool:
        """Say whether another trial is to be begun; waits where those that others train would be enough."""
        study, wanted = self.search.study, self.trials.request.trials
        while not self.trials.stops():
            fail_killed_trials(study, self.search.folder)
            if counted(study) < wanted:
                return True
            if counted(study, COUNTED) >= wanted or not self._is_anyone_heard_of():
                return False
            time.sleep(SECONDS_TO_LOOK)
        return False

    def write(self) -> StudyResults:
        """Write what there is, and the best spec; return the results."""
        results = results_of_study(self.search, self.trials.request.trials)
        write_results(self.search.folder, results)
        if results.best is not None:
            compiled = self.trials.compiled(results.best.settings)
            write_text(self.search.folder.best, yaml_text(resolved_values(compiled)))
        return results

    def _is_anyone_heard_of(self) -> bool:
        running = self.search.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        return any(is_heard_of(each, self.search.storage) for each in running)

    def _try(self) -> None:
        study = self.search.study
        try:
            study.optimize(self.trials, n_trials=1, catch=(WorkFailure, NotNeeded))
        except KeyboardInterrupt:
            self._queue_again()
            raise
        trial = self._own()
        if REFUSED in trial.user_attrs:
            self._turned_away(trial.user_attrs[REFUSED])
        elif trial.user_attrs.get(FAILURE) != NOT_NEEDED:
            self._ended(trial.state)

    def _queue_again(self) -> None:
        """Let the settings of the trial that was interrupted be tried again, which was no fault of theirs."""
        settings = self._own().params
        if settings:
            self.search.study.enqueue_trial(settings)

    def _own(self) -> FrozenTrial:
        return copy(self.search.study.get_trials(deepcopy=False)[self.trials.number])

    def _ended(self, state: TrialState) -> None:
        reason = self._show(self.write())
        self.in_vain.clear()
        self.failed = self.failed + 1 if state == TrialState.FAIL else 0
        if self.failed >= MOST_FAILED:
            message = f"{self.failed} trials in a row failed, the last because {reason}"
            raise WorkFailure.of("nothing-to-train", message, "narrow the ranges of `search`")

    def _show(self, results: StudyResults) -> str:
        """Show the trial that ended; return the reason that it has."""
        own = next(each for each in results.trials if each.number == self.trials.number)
        self.shown(own, results)
        return own.reason

    def _turned_away(self, reason: str) -> None:
        self.in_vain.append(reason)
        if self.shown.is_silent:
            self._show(self.write())
        if len(self.in_vain) >= MOST_TURNED_AWAY:
            raise self._in_vain()

    def _in_vain(self) -> UserError:
        kinds = Counter(NUMBERS.sub("", each) for each in self.in_vain)
        ((often, count),) = kinds.most_common(1)
        example = next(each for each in self.in_vain if NUMBERS.sub("", each) == often)
        message = f"{MOST_TURNED_AWAY:,} trials in a row were turned away, {count:,} of them as this one: {example}"
        return UserError.of("nothing-to-train", message, "narrow the ranges of `search`, or allow for larger models")
