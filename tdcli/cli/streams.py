"""Handle standard streams that are closed, full, or in an encoding without the printed characters."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

from tdcli.runs.files import cannot_write
from tdcli.text.errors import ExecutionError

STDOUT = Path("standard output")

_STREAMS = {0: ("stdin", os.O_WRONLY), 1: ("stdout", os.O_RDONLY), 2: ("stderr", os.O_WRONLY)}
"""The modes in which closed streams are opened, so that reading stdin and writing stdout still fail."""


class ForgivingStream:
    """A stream whose write errors are ignored."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write, and ignore errors."""
        with suppress(OSError, ValueError):
            self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, and ignore errors."""
        with suppress(OSError, ValueError):
            self.stream.flush()


def prepare_streams() -> None:
    """Open closed streams, so that a file opened later does not get their descriptors."""
    for descriptor, (name, mode) in _STREAMS.items():
        if getattr(sys, name) is None:
            _open_null(descriptor, mode)
            stream = open(descriptor, "r" if descriptor == 0 else "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
    for each in (sys.stdout, sys.stderr):
        if isinstance(each, io.TextIOWrapper):
            each.reconfigure(errors="backslashreplace")
    sys.stderr = cast("TextIO", ForgivingStream(sys.stderr))


def _open_null(descriptor: int, mode: int) -> None:
    nowhere = os.open(os.devnull, mode)
    if nowhere != descriptor:
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


def stdout_failed(error: OSError) -> ExecutionError:
    """Return why stdout cannot be written, and discard its buffer, which Python would flush again at exit."""
    with suppress(OSError, ValueError):
        _open_null(sys.stdout.fileno(), os.O_WRONLY)
    if error.errno == errno.EBADF:
        error = OSError(errno.EBADF, "it is closed")
    return cannot_write(STDOUT, error)
