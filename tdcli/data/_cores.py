"""How many cores there are to use."""

import os


def available_cores() -> int:
    """Return the cores that the process may run on, where the system tells, or else all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
