"""Ctrl-C and `kill`, heard between two graph calls, so that the step is finished and written down."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

HEARD = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """While it is open, the first signal is noted; a second Ctrl-C stops at once, as Python has it."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # no other may set handlers
            self.before = {each: signal.signal(each, self._note) for each in HEARD}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each, handler in self.before.items():
            signal.signal(each, handler)

    def stops(self) -> bool:
        """Say whether a signal came."""
        return self.received is not None

    def signal_of(self, *, interrupted: bool) -> int | None:
        """Return the signal that ended a training: Ctrl-C's where another process heard it, None for its own end."""
        return (self.received or signal.SIGINT) if interrupted else None

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        signal.signal(signal.SIGINT, signal.default_int_handler)
