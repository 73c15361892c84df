"""Connect the training loop with signals, with the caller's callbacks, and with what records the run."""

from typing import TYPE_CHECKING

from tdcli.nn.training.callbacks import LoopCallbacks
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.logs import Logs

if TYPE_CHECKING:
    from tdcli.nn.training.callbacks import Progress
    from tdcli.services.train.run_writer import RunWriter


class Interruptible(LoopCallbacks):
    """Passes on the progress, and stops after a signal or at the request of the caller."""

    def __init__(self, callbacks: Callbacks, interrupts: Interrupts) -> None:
        self.callbacks, self.interrupts = callbacks, interrupts
        self.stopped_by_caller = False

    def on_progress(self, progress: "Progress") -> None:
        """Pass on the progress."""
        self.callbacks.on_progress(progress)

    def should_stop(self) -> bool:
        """Return whether a signal was received or the caller wants to stop."""
        if self.interrupts.stops():
            return True
        self.stopped_by_caller = self.callbacks.should_stop()
        return self.stopped_by_caller

    def signal_of(self, *, interrupted: bool) -> int | None:
        """Return the signal that stopped a training, or None."""
        return None if self.stopped_by_caller else self.interrupts.signal_of(interrupted=interrupted)


class RecordedCallbacks(Interruptible):
    """Also writes finished epochs to the run folder and the loggers."""

    def __init__(self, callbacks: Callbacks, interrupts: Interrupts, writer: "RunWriter", logs: Logs) -> None:
        super().__init__(callbacks, interrupts)
        self.writer, self.logs = writer, logs

    def on_progress(self, progress: "Progress") -> None:
        """Pass on the progress, and record the finished epochs."""
        super().on_progress(progress)
        self.writer.record_epochs(progress.ended)
        self.logs.record_epochs([epoch.results for epoch in progress.ended])
