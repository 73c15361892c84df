"""Lock the folder of a run, so that only one training at a time uses it."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from tdcli.runs.files import cannot_write
from tdcli.runs.folder import RunFolder
from tdcli.text.errors import SpecError

LOCK_PATIENCE = 1.0
"""Seconds to wait for a process that holds the lock only to check whether the folder is in use."""


@contextmanager
def hold_lock(run: RunFolder) -> Iterator[None]:
    """Lock the run's folder. The operating system releases the lock when the process ends, even if it is killed.

    Raises SpecError if another process holds the lock, and ExecutionError if it cannot be created.
    """
    try:
        acquired = FileLock(run.lock, timeout=LOCK_PATIENCE).acquire()
    except Timeout:
        message = f"another process is training in `{run.path}`"
        raise SpecError.of("run-in-use", message, "wait until it has finished, or stop it with Ctrl-C") from None
    except OSError as error:
        raise cannot_write(run.lock, error) from None
    with acquired:
        yield


def is_held(run: RunFolder) -> bool:
    """Return whether a process is currently training in the folder."""
    if not run.lock.exists():
        return False
    try:
        with FileLock(run.lock, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
