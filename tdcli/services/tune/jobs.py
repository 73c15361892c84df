"""Search with several processes on this machine. Each runs the same command with the same storage."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from signal import SIGTERM
from typing import IO

from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.runs.stored import TrialState
from tdcli.runs.study import make_study_folder
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.machine.processes import Process, close_stdin, read_output, start_tdcli, with_thread_share
from tdcli.services.tune.results import ENDED, StudyResults
from tdcli.services.tune.search import POLL_SECONDS, OnTrial, SearchResult, TrialReporter
from tdcli.services.tune.setup import SearchRequest, prepare_search
from tdcli.services.tune.stale_trials import fail_dead_trials
from tdcli.services.tune.storage import STORAGE_VARIABLE, translate_storage_errors
from tdcli.services.tune.study import OpenStudy, open_study, results_of_study
from tdcli.text.errors import ExecutionError


def search_with_jobs(
    request: SearchRequest, jobs: int, on_trial: OnTrial, on_loading: ProgressCallback = no_progress
) -> SearchResult:
    """Search with `jobs` processes, and report their trials until the search is finished or a signal arrives.

    If a process is killed, another one repeats its trial. on_loading: called with the progress of slow reading. Raises
    SpecError and ExecutionError as `run_search` does. If processes failed before there were enough trials, raises
    ExecutionError with the error output of the first.
    """
    setup = prepare_search(request, on_loading)
    folder = make_study_folder(request.studies, setup.compiled.spec.name)
    with (
        translate_storage_errors(),
        Interrupts() as interrupts,
        closing(open_study(setup, folder, request.storage)) as search,
    ):
        results = results_of_study(search, request.trials)
        reporter = TrialReporter(on_trial)
        with _search_processes(request, jobs) as processes:
            while any(worker.process.poll() is None for worker in processes):
                time.sleep(POLL_SECONDS)
                fail_dead_trials(search.study, search.folder)
                results = _report_new(search, results, reporter)
                if interrupts.stops():
                    _terminate(processes)
            results = _report_new(search, results, reporter)
            _raise_trial_failure(processes, results, stopped=interrupts.stops())
        return SearchResult(folder, results_of_study(search, request.trials), interrupts.received)


@dataclass(frozen=True)
class _SearchProcess:
    process: Process
    errors: IO[bytes]


@contextmanager
def _search_processes(request: SearchRequest, jobs: int) -> Iterator[Sequence[_SearchProcess]]:
    """Start the processes, which share the machine's threads and print only errors."""
    environment = with_thread_share(jobs, os.environ)
    if request.storage:  # a URL may contain a password, which must not appear in the list of processes
        environment[STORAGE_VARIABLE] = request.storage
    started = []
    for _ in range(jobs):
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (it must stay open as long as the process runs)
        started.append(_SearchProcess(start_tdcli(_tune_arguments(request), environment, errors), errors))
    try:
        yield started
    finally:
        _terminate(started)
        for worker in started:
            worker.process.wait()
            close_stdin(worker.process)
            worker.errors.close()


def _tune_arguments(request: SearchRequest) -> list[str]:
    options = {
        "--trials": request.trials, "--studies": request.studies, "--max-params": request.max_params,
        "--max-memory": request.max_memory,
    }  # fmt: skip
    given = [f"{name}={value}" for name, value in options.items() if value is not None]
    return ["tune", str(request.spec), *given, *(f"--set={setting}" for setting in request.settings), "--quiet"]


def _terminate(processes: Sequence[_SearchProcess]) -> None:
    """Ask the processes to mark their trials and exit. After Ctrl-C, which they also received, this has no effect."""
    for worker in processes:
        if worker.process.poll() is None:
            worker.process.send_signal(SIGTERM)


def _report_new(search: OpenStudy, before: StudyResults, reporter: TrialReporter) -> StudyResults:
    now = results_of_study(search, before.wanted)
    known = {trial.number for trial in before.trials if trial.state in ENDED}
    for trial in now.trials:
        is_new = trial.state in ENDED and trial.number not in known
        if is_new and (trial.state is not TrialState.REJECTED or reporter.is_silent):
            reporter.report(trial, now)
    return now


def _raise_trial_failure(processes: Sequence[_SearchProcess], results: StudyResults, *, stopped: bool) -> None:
    if stopped or results.done >= results.wanted:
        return
    errors = [text for worker in processes if (text := read_output(worker.errors))]
    message = f"{len(processes)} processes ended before {results.wanted} trials were finished"
    raise ExecutionError.of("nothing-to-train", message, why="\n".join(errors[:1]))
