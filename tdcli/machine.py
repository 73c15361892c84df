"""The memory and the cores of this machine."""

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
    """Say whether so many float32 would fill a third of the memory, so that samples are read when they are needed."""
    return 4 * numbers > available_memory() / 3


def refuse_beyond_memory(needed: int, what: str, *help: str) -> None:
    """Raise SpecError where so many bytes are more than the process may take; `what` needs them."""
    available = available_memory()
    if needed > available:
        message = f"{what} needs {format_bytes(needed)} of memory, there are {format_bytes(available)}"
        raise SpecError.of("out-of-memory", message, *help)


def available_memory() -> int:
    """Return the bytes that the process may still take: of the machine, of its container, by `ulimit -v`."""
    limits = [int(psutil.virtual_memory().available)]
    address_space, _ = resource.getrlimit(resource.RLIMIT_AS)
    if address_space != resource.RLIM_INFINITY:
        limits.append(address_space - int(psutil.Process().memory_info().vms))
    with suppress(OSError, ValueError):  # no container, or one whose limit is `max`
        limits.append(int(_LIMIT.read_text()) - int(_USED.read_text()))
    return max(0, min(limits))


def available_cores() -> int:
    """Return the cores that the process may run on, where the system tells, or else all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
