"""Run a search: run one trial after another until the study has the requested number."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from signal import SIGINT

import optuna
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.trial import TrialState

from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.runs.files import write_text
from tdcli.runs.study import StudyFolder, make_study_folder
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.specs.resolve import resolved_values
from tdcli.services.tune.outcome import COUNTED_STATES, TrialEnding, TrialOutcome, count_trials, store_outcome
from tdcli.services.tune.results import StudyResults, TrialResult, write_results
from tdcli.services.tune.setup import SearchRequest, prepare_search
from tdcli.services.tune.stale_trials import ask_for_trial, fail_dead_trials, heartbeat, is_monitored
from tdcli.services.tune.storage import translate_storage_errors
from tdcli.services.tune.study import OpenStudy, open_study, results_of_study
from tdcli.services.tune.trial_runner import TrainTrial, TrialRunner
from tdcli.text.errors import ExecutionError, SpecError
from tdcli.text.yaml_writer import to_yaml

SILENT_SECONDS = 5.0
"""How long nothing may be reported before rejected trials are reported as well."""

MAX_REJECTED, MAX_FAILED = 300, 20
"""The numbers of consecutive rejections and failures after which the search stops."""

POLL_SECONDS = 0.5
"""The time between two checks of the trials of other processes while waiting."""

OnTrial = Callable[[TrialResult, StudyResults], None]
"""Called with a trial that ended, and the study so far."""


class TrialReporter:
    """Reports the trials that ended, and records the time of the last report."""

    def __init__(self, on_trial: OnTrial) -> None:
        self.on_trial = on_trial
        self.reported_at = time.monotonic()

    @property
    def is_silent(self) -> bool:
        """Whether nothing was reported for so long that a rejected trial is reported as well."""
        return time.monotonic() - self.reported_at >= SILENT_SECONDS

    def report(self, trial: TrialResult, results: StudyResults) -> None:
        """Report a trial that ended."""
        self.reported_at = time.monotonic()
        self.on_trial(trial, results)


@dataclass(frozen=True)
class SearchResult:
    """A search that ended: its folder, its trials, and the signal that interrupted it, if any."""

    folder: StudyFolder
    results: StudyResults
    signal: int | None = None


def run_search(
    request: SearchRequest,
    on_trial: OnTrial,
    sampler: BaseSampler | None = None,
    pruner: BasePruner | None = None,
    train_trial: TrainTrial | None = None,
    on_loading: ProgressCallback = no_progress,
) -> SearchResult:
    """Run trials until the study has the requested number, or a signal arrives.

    sampler, pruner, train_trial: replace those of `open_study` and `TrialRunner`. on_loading: called with the progress
    of slow reading. Raises SpecError if there is nothing to search or no validation set, ExecutionError if the storage
    fails.
    """
    setup = prepare_search(request, on_loading)
    folder = make_study_folder(request.studies, setup.compiled.spec.name)
    with (
        translate_storage_errors(),
        Interrupts() as interrupts,
        closing(open_study(setup, folder, request.storage, sampler, pruner)) as search,
    ):
        runner = TrialRunner(setup, request.trials, interrupts.stops, train_trial)
        session = _SearchSession(search, runner, TrialReporter(on_trial))
        try:
            session.run()
        except KeyboardInterrupt:
            interrupts.received = interrupts.received or SIGINT
        finally:
            results = session.write()
    return SearchResult(folder, results, interrupts.received)


class _SearchSession:
    """Runs the trials of this process, and writes the files of the study."""

    def __init__(self, search: OpenStudy, runner: TrialRunner, reporter: TrialReporter) -> None:
        self.search, self.runner, self.reporter = search, runner, reporter
        self.rejections: list[str] = []
        self.failures = 0

    def run(self) -> None:
        """Run trials until the study has the requested number. Raises KeyboardInterrupt within a trial."""
        self.write()  # a report may be made before the first trial ends
        while not self.runner.should_stop() and (self.rejections or self._needs_trial()):
            self._run_trial()

    def write(self) -> StudyResults:
        """Write and return the results so far, and write the best spec."""
        results = results_of_study(self.search, self.runner.wanted)
        write_results(self.search.folder, results)
        if results.best is not None:
            compiled = self.runner.setup.compile_trial(results.best.settings)
            write_text(self.search.folder.best, to_yaml(resolved_values(compiled)))
        return results

    def _needs_trial(self) -> bool:
        """Return whether to start another trial. Waits while the trials of other processes would be enough."""
        study, wanted = self.search.study, self.runner.wanted
        while not self.runner.should_stop():
            fail_dead_trials(study, self.search.folder)
            if count_trials(study) < wanted:
                return True
            if count_trials(study, COUNTED_STATES) >= wanted or not self._is_any_monitored():
                return False
            time.sleep(POLL_SECONDS)
        return False

    def _is_any_monitored(self) -> bool:
        running = self.search.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        return any(is_monitored(trial, self.search.storage) for trial in running)

    def _run_trial(self) -> None:
        trial = ask_for_trial(self.search.study)
        outcome = self._outcome(trial)
        self._finish(trial, outcome)
        match outcome.ending:
            case TrialEnding.REJECTED:
                self._count_rejection(trial.number, outcome.reason)
            case TrialEnding.TRAINED | TrialEnding.PRUNED | TrialEnding.FAILED:
                self._count_ended(trial.number, outcome.ending)

    def _outcome(self, trial: optuna.Trial) -> TrialOutcome:
        """Run a trial. If it ends with an exception, it is marked as failed or interrupted."""
        try:
            with heartbeat(self.search.study, trial, self.search.storage):
                return self.runner.run(trial)
        except optuna.exceptions.UpdateFinishedTrialError:  # another process assumed that this one is dead
            return TrialOutcome(TrialEnding.NOT_NEEDED)
        except KeyboardInterrupt:
            self._finish(trial, TrialOutcome(TrialEnding.INTERRUPTED))
            raise
        except Exception:
            self._finish(trial, TrialOutcome(TrialEnding.FAILED))
            raise

    def _finish(self, trial: optuna.Trial, outcome: TrialOutcome) -> None:
        """Store the outcome. The settings of an interrupted trial are queued again."""
        store_outcome(self.search.study, trial, outcome)
        self.search.storage.remove_session()
        if outcome.ending is TrialEnding.INTERRUPTED and trial.params:
            self.search.study.enqueue_trial(trial.params)

    def _count_ended(self, number: int, ending: TrialEnding) -> None:
        reason = self._report(number)
        self.rejections.clear()
        self.failures = self.failures + 1 if ending is TrialEnding.FAILED else 0
        if self.failures >= MAX_FAILED:
            message = f"{self.failures} trials in a row failed, the last one because {reason}"
            raise ExecutionError.of("nothing-to-train", message, "narrow the ranges of `search`")

    def _count_rejection(self, number: int, reason: str) -> None:
        self.rejections.append(reason)
        if self.reporter.is_silent:
            self._report(number)
        if len(self.rejections) >= MAX_REJECTED:
            raise _too_many_rejections(self.rejections)

    def _report(self, number: int) -> str:
        """Write the results, report a trial, and return its reason."""
        results = self.write()
        trial = next(trial for trial in results.trials if trial.number == number)
        self.reporter.report(trial, results)
        return trial.reason


def _too_many_rejections(reasons: Sequence[str]) -> SpecError:
    """Return an error with the most frequent reason. Reasons that differ only in numbers count as one."""
    kinds = Counter(_without_numbers(reason) for reason in reasons)
    ((kind, count),) = kinds.most_common(1)
    example = next(reason for reason in reasons if _without_numbers(reason) == kind)
    message = f"{len(reasons):,} trials in a row were rejected, {count:,} of them for this reason: {example}"
    return SpecError.of("nothing-to-train", message, "narrow the ranges of `search`, or allow larger models")


def _without_numbers(reason: str) -> str:
    return re.sub(r"\d[\d,.]*", "", reason)
