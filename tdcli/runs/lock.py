"""One training at a time in a run's folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from tdcli.runs.files import cannot_write
from tdcli.runs.folder import RunFolder
from tdcli.text.errors import SpecError

LOCK_PATIENCE = 1.0
"""Seconds to wait for whoever only looks whether the folder is in use."""


@contextmanager
def hold_lock(run: RunFolder) -> Iterator[None]:
    """Keep other trainings out. The operating system lets go of it when the process ends, however it ends.

    Raises SpecError where another process holds it, ExecutionError where it cannot be made.
    """
    try:
        acquired = FileLock(run.lock, timeout=LOCK_PATIENCE).acquire()
    except Timeout:
        message = f"another process is training in `{run.path}`"
        raise SpecError.of("run-in-use", message, "wait for it, or stop it with Ctrl-C") from None
    except OSError as error:
        raise cannot_write(run.lock, error) from None
    with acquired:
        yield


def is_held(run: RunFolder) -> bool:
    """Say whether a process is training in the folder now."""
    if not run.lock.exists():
        return False
    try:
        with FileLock(run.lock, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
