"""Trials whose process is gone: marked as failed, and their settings tried again."""

import os
import socket
import warnings
from datetime import datetime
from typing import Any

import optuna
import psutil
from filelock import FileLock
from optuna.storages import BaseStorage, RDBStorage, RetryHeartbeatStaleTrialCallback, fail_stale_trials
from optuna.trial import FrozenTrial, TrialState

from tdcli.runs.study import StudyFolder
from tdcli.services.tune.storage import GRACE

RETRIES = 2
"""How often the same settings are tried again: it may be they that kill the process."""

WORKER = "worker"
"""The trial's attribute that says which process trains it."""


def this_process() -> dict[str, Any]:
    """Return what tells this process from all others."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "born": psutil.Process().create_time()}


def try_again(study: optuna.Study, trial: FrozenTrial) -> None:
    """Put a failed trial's settings back into the queue, a few times at most."""
    if not trial.params:
        return
    trial.user_attrs = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        RetryHeartbeatStaleTrialCallback(max_retry=RETRIES)(study, trial)


def fail_killed_trials(study: optuna.Study, folder: StudyFolder) -> None:
    """Mark the trials of processes that are gone, and queue their settings.

    On other machines that is told by Optuna's heartbeat, which databases have and journals have not; on this one by
    the process, at once.
    """
    with FileLock(folder.lock), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        fail_stale_trials(study)
        for trial in study.get_trials(states=(TrialState.RUNNING,)):
            if _is_killed(trial):
                _fail(study, trial)


def is_heard_of(trial: FrozenTrial, storage: BaseStorage) -> bool:
    """Say whether it would be noticed here that a trial's process was killed."""
    worker = trial.user_attrs.get(WORKER)
    return isinstance(storage, RDBStorage) or worker is None or worker["host"] == socket.gethostname()


def _fail(study: optuna.Study, trial: FrozenTrial) -> None:
    try:
        study.tell(trial.number, state=TrialState.FAIL)
    except (ValueError, optuna.exceptions.UpdateFinishedTrialError):
        return  # another machine was first
    try_again(study, trial)


def _is_killed(trial: FrozenTrial) -> bool:
    worker = trial.user_attrs.get(WORKER)
    if worker is None:  # killed before it could say whose it is
        return trial.datetime_start is None or (datetime.now() - trial.datetime_start).total_seconds() > GRACE
    return worker["host"] == socket.gethostname() and not _is_alive(worker["pid"], worker["born"])


def _is_alive(pid: int, born: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
