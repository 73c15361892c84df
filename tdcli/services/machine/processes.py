"""Start further processes of `tdcli` on this machine."""

import os
import subprocess  # nosec B404
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO

THREAD_VARIABLES = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")

EXITS_WITH_PARENT = "TDCLI_ENDS_WITH_ANOTHER"
"""The environment variable of processes that exit when their standard input closes. `__main__` reads it."""

Process = subprocess.Popen[bytes]


def start_tdcli(arguments: Sequence[str], environment: Mapping[str, str], errors: IO[bytes]) -> Process:
    """Start a command in a new process. Its standard error is written to a file, its output is discarded."""
    command = [sys.executable, "-m", "tdcli", *arguments]
    return subprocess.Popen(  # noqa: S603 # nosec B603
        command,
        env={**environment, EXITS_WITH_PARENT: "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
    )


def close_stdin(process: Process) -> None:
    """Close the standard input of a process, which stops the process if it is still running."""
    if process.stdin:
        process.stdin.close()


def exit_with_parent() -> None:
    """Exit as soon as the process that started this one has ended for any reason."""
    descriptor = sys.stdin.fileno()

    def wait() -> None:
        # A thread that reads `sys.stdin` holds its lock, and Python aborts if it cannot acquire that lock at exit.
        while os.read(descriptor, 1024):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def read_output(file: IO[bytes]) -> str:
    """Return the text that a process wrote to its file."""
    file.seek(0)
    return file.read().decode("utf-8", errors="replace").strip()


def with_thread_share(processes: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for one of several parallel processes. Variables that are already set are kept."""
    threads = str(max(1, (os.cpu_count() or 1) // processes))
    return {**dict.fromkeys(THREAD_VARIABLES, threads), **environment}
