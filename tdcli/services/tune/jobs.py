"""A search by several processes on this machine, each of which runs the same command on the same storage."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from signal import SIGTERM
from typing import IO

from tdcli.runs.study import make_study_folder
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.machine.processes import Process, let_go, said_to, start_tdcli, with_threads_shared
from tdcli.services.tune.results import ENDED, StudyResults
from tdcli.services.tune.search import SECONDS_TO_LOOK, Searched, Show, Shown
from tdcli.services.tune.setup import Request, searchable
from tdcli.services.tune.stale_trials import fail_killed_trials
from tdcli.services.tune.storage import STORAGE_VARIABLE, reachable_storage
from tdcli.services.tune.study import Search, opened_study, results_of_study
from tdcli.text.diagnostic import WorkFailure


def tune_with_jobs(request: Request, jobs: int, show: Show) -> Searched:
    """Let `jobs` processes search, and show their trials, until they are done or a signal comes.

    A process that is killed is missed by nobody: the others train its trial again. Raises UserError and WorkFailure
    as `tune` does; where processes failed before the study was full, what the first of them said.
    """
    base = searchable(request)
    folder = make_study_folder(request.studies, base.compiled.spec.name)
    with (
        reachable_storage(),
        Interrupts() as interrupts,
        closing(opened_study(base, folder, request.storage)) as search,
    ):
        told = results_of_study(search, request.trials)
        shown = Shown(show)
        with _processes(request, jobs) as processes:
            while any(each.process.poll() is None for each in processes):
                time.sleep(SECONDS_TO_LOOK)
                fail_killed_trials(search.study, search.folder)
                told = _show_new(search, told, shown)
                if interrupts.stops():
                    _stop(processes)
            told = _show_new(search, told, shown)
            _raise_failure(processes, told, stopped=interrupts.stops())
        return Searched(folder, results_of_study(search, request.trials), interrupts.received)


@dataclass(frozen=True)
class _Worker:
    process: Process
    said: IO[bytes]


@contextmanager
def _processes(request: Request, jobs: int) -> Iterator[Sequence[_Worker]]:
    """Start the processes; they share the machine's threads, and say nothing but what goes wrong."""
    environment = with_threads_shared(jobs, os.environ)
    if request.storage:  # a URL may hold a password, which other users must not see among the processes
        environment[STORAGE_VARIABLE] = request.storage
    started = []
    for _ in range(jobs):
        said = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the process)
        started.append(_Worker(start_tdcli(_arguments(request), environment, said), said))
    try:
        yield started
    finally:
        _stop(started)
        for each in started:
            each.process.wait()
            let_go(each.process)
            each.said.close()


def _arguments(request: Request) -> list[str]:
    options = {
        "--trials": request.trials, "--studies": request.studies, "--max-params": request.max_params,
        "--max-memory": request.max_memory,
    }  # fmt: skip
    given = [f"{name}={value}" for name, value in options.items() if value is not None]
    return ["tune", str(request.spec), *given, *(f"--set={each}" for each in request.settings), "--quiet"]


def _stop(processes: Sequence[_Worker]) -> None:
    """Let each mark its trial and end; Ctrl-C in a terminal has reached them already, which this does not harm."""
    for each in processes:
        if each.process.poll() is None:
            each.process.send_signal(SIGTERM)


def _show_new(search: Search, before: StudyResults, shown: Shown) -> StudyResults:
    now = results_of_study(search, before.wanted)
    known = {each.number for each in before.trials if each.state in ENDED}
    for trial in now.trials:
        is_new = trial.state in ENDED and trial.number not in known
        if is_new and (trial.state != "turned away" or shown.is_silent):
            shown(trial, now)
    return now


def _raise_failure(processes: Sequence[_Worker], results: StudyResults, *, stopped: bool) -> None:
    if stopped or results.done >= results.wanted:
        return
    said = [text for each in processes if (text := said_to(each.said))]
    message = f"{len(processes)} processes ended before there were {results.wanted} trials"
    raise WorkFailure.of("nothing-to-train", message, why="\n".join(said[:1]))
