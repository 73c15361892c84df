"""Query the memory and the cores of this machine."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

import psutil

from tdcli.text.errors import SpecError
from tdcli.text.quantities import format_bytes

_LIMIT, _USED = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")


def is_large(numbers: int) -> bool:
    """Return whether this many float32 numbers would fill a third of the memory. Samples are then read on demand."""
    return 4 * numbers > available_memory() / 3


def refuse_beyond_memory(needed: int, what: str, *help: str) -> None:
    """Raise SpecError if `what` needs more bytes than the process may use."""
    available = available_memory()
    if needed > available:
        message = f"{what} needs {format_bytes(needed)} of memory, but only {format_bytes(available)} are available"
        raise SpecError.of("out-of-memory", message, *help)


def available_memory() -> int:
    """Return the bytes that the process may still use, limited by the machine, its container and `ulimit -v`."""
    limits = [int(psutil.virtual_memory().available)]
    address_space, _ = resource.getrlimit(resource.RLIMIT_AS)
    if address_space != resource.RLIM_INFINITY:
        limits.append(address_space - int(psutil.Process().memory_info().vms))
    with suppress(OSError, ValueError):  # there is no container, or its limit is `max`
        limits.append(int(_LIMIT.read_text()) - int(_USED.read_text()))
    return max(0, min(limits))


def available_cores() -> int:
    """Return the number of cores that the process may use, or of all cores if the system does not report it."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
