"""Standard streams that may be closed, full, or in an encoding without the characters that are printed."""

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
"""How a closed stream is opened: reading from stdin and writing to stdout then fail as they would."""


class ForgivingStream:
    """A stream of which nothing depends: what it does not take is lost in silence."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        with suppress(OSError, ValueError):
            self.stream.flush()


def prepare_streams() -> None:
    """Open the streams that are closed, so that no file that is opened later takes their place."""
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
    """Return why stdout takes no more, and let what it still holds go nowhere: Python writes it again at its end."""
    with suppress(OSError, ValueError):
        _open_null(sys.stdout.fileno(), os.O_WRONLY)
    if error.errno == errno.EBADF:
        error = OSError(errno.EBADF, "it is closed")
    return cannot_write(STDOUT, error)
