"""Mark the trials of processes that died as failed, and queue their settings again.

A process records a heartbeat while it runs a trial, if the storage is a database. Optuna's `Study.optimize` would do
the same, but a search calls Optuna's `ask` and `tell` itself.
"""

import os
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import optuna
import psutil
from filelock import FileLock
from optuna.storages import BaseStorage, RDBStorage, RetryHeartbeatStaleTrialCallback, fail_stale_trials
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from tdcli.runs.study import StudyFolder
from tdcli.services.tune.storage import GRACE_SECONDS

MAX_RETRIES = 2
"""How often the same settings are tried again. They may be the reason why the process is killed."""

WORKER_ATTRIBUTE = "worker"
"""The attribute of a trial that identifies the process that runs it."""


def this_process() -> dict[str, Any]:
    """Return the host, the process id and the start time, which identify this process."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "born": psutil.Process().create_time()}


@contextmanager
def heartbeat(study: optuna.Study, trial: optuna.Trial, storage: BaseStorage) -> Iterator[None]:
    """Record heartbeats of a trial in a separate thread. A journal does not store heartbeats."""
    if not isinstance(storage, RDBStorage):
        yield
        return
    study_id = storage.get_study_id_from_name(study.study_name)
    trial_id = storage.get_trial_id_from_study_id_trial_number(study_id, trial.number)
    ended = threading.Event()
    thread = threading.Thread(target=_record_heartbeats, args=(storage, trial_id, ended))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _record_heartbeats(storage: RDBStorage, trial_id: int, ended: threading.Event) -> None:
    while True:
        with suppress(SQLAlchemyError, optuna.exceptions.StorageInternalError):  # the trial raises lasting errors
            storage.record_heartbeat(trial_id)
        if ended.wait(storage.get_heartbeat_interval()):
            storage.remove_session()
            return


def ask_for_trial(study: optuna.Study) -> optuna.Trial:
    """Start a trial, and mark trials of other machines without a recent heartbeat as failed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        warnings.filterwarnings("ignore", "Heartbeat of storage is supposed to be used with Study.optimize")
        fail_stale_trials(study)
        return study.ask()


def queue_again(study: optuna.Study, trial: FrozenTrial) -> None:
    """Put a failed trial's settings back into the queue, unless they were retried often enough."""
    if not trial.params:
        return
    trial.user_attrs = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        RetryHeartbeatStaleTrialCallback(max_retry=MAX_RETRIES)(study, trial)


def fail_dead_trials(study: optuna.Study, folder: StudyFolder) -> None:
    """Mark the trials of processes that died as failed, and queue their settings.

    Dead processes on other machines are detected by Optuna's heartbeat, which databases store and journals do not.
    Dead processes on this machine are detected at once by their process id.
    """
    with FileLock(folder.lock), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        fail_stale_trials(study)
        for trial in study.get_trials(states=(TrialState.RUNNING,)):
            if _is_dead(trial):
                _fail(study, trial)


def is_monitored(trial: FrozenTrial, storage: BaseStorage) -> bool:
    """Return whether this process would detect that the process of a trial died."""
    worker = trial.user_attrs.get(WORKER_ATTRIBUTE)
    return isinstance(storage, RDBStorage) or worker is None or worker["host"] == socket.gethostname()


def _fail(study: optuna.Study, trial: FrozenTrial) -> None:
    try:
        study.tell(trial.number, state=TrialState.FAIL)
    except (ValueError, optuna.exceptions.UpdateFinishedTrialError):
        return  # another machine has already failed it
    queue_again(study, trial)


def _is_dead(trial: FrozenTrial) -> bool:
    worker = trial.user_attrs.get(WORKER_ATTRIBUTE)
    if worker is None:  # killed before it could store its process
        started = trial.datetime_start
        return started is None or (datetime.now() - started).total_seconds() > GRACE_SECONDS
    return worker["host"] == socket.gethostname() and not _is_alive(worker["pid"], worker["born"])


def _is_alive(pid: int, born: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
