"""Record Ctrl-C and `kill`, so that a training stops between two graph calls and is saved."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

HANDLED_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """A context that records the first signal. A second Ctrl-C raises KeyboardInterrupt at once."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # other threads cannot set handlers
            self.before = {number: signal.signal(number, self._note) for number in HANDLED_SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def stops(self) -> bool:
        """Return whether a signal was received."""
        return self.received is not None

    def signal_of(self, *, interrupted: bool) -> int | None:
        """Return the signal that stopped a training, or None. If another process received it, it is SIGINT."""
        return (self.received or signal.SIGINT) if interrupted else None

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        signal.signal(signal.SIGINT, signal.default_int_handler)
