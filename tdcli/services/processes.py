"""Further processes of `tdcli` on this machine."""

import os
import subprocess  # nosec B404
import sys
from collections.abc import Mapping, Sequence
from typing import IO

THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")

Process = subprocess.Popen[bytes]


def start_tdcli(arguments: Sequence[str], environment: Mapping[str, str], said: IO[bytes]) -> Process:
    """Start a command in a process of its own; its results go nowhere, what it says to a file."""
    command = [sys.executable, "-m", "tdcli", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=said)  # noqa: S603 # nosec B603


def said_to(file: IO[bytes]) -> str:
    """Return what a process said."""
    file.seek(0)
    return file.read().decode("utf-8", errors="replace").strip()


def with_threads_shared(processes: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of one of several processes that compute at once; what is set stays."""
    threads = str(max(1, (os.cpu_count() or 1) // processes))
    return {**dict.fromkeys(THREADS, threads), **environment}
