"""Further processes of `tdcli` on this machine."""

import os
import subprocess  # nosec B404
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO

THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")

ENDS_WITH_ANOTHER = "TDCLI_ENDS_WITH_ANOTHER"
"""Set for processes whose standard input ends with the one that started them; `__main__` looks for it."""

Process = subprocess.Popen[bytes]


def start_tdcli(arguments: Sequence[str], environment: Mapping[str, str], said: IO[bytes]) -> Process:
    """Start a command in a process of its own; its results go nowhere, what it says to a file."""
    command = [sys.executable, "-m", "tdcli", *arguments]
    return subprocess.Popen(  # noqa: S603 # nosec B603
        command,
        env={**environment, ENDS_WITH_ANOTHER: "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
    )


def let_go(process: Process) -> None:
    """Close the standard input of a process, which ends one that is still there."""
    if process.stdin:
        process.stdin.close()


def end_with_starter() -> None:
    """Let this process end as soon as the one that started it has, however that came to its end."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def said_to(file: IO[bytes]) -> str:
    """Return what a process said."""
    file.seek(0)
    return file.read().decode("utf-8", errors="replace").strip()


def with_threads_shared(processes: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of one of several processes that compute at once; what is set stays."""
    threads = str(max(1, (os.cpu_count() or 1) // processes))
    return {**dict.fromkeys(THREADS, threads), **environment}
