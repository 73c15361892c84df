"""Data that take long to be read, on the screen: a bar in a terminal, a line at the beginning and the end elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.cli.console import talk
from tdcli.sources.core.section import unseen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from tdcli.services.specs.compile import Compiled


def make_ready_shown(compiled: "Compiled", path: Path | None = None, *, quiet: bool = False) -> None:
    """Let a source do what takes long, and show how far it is; nothing is shown where nothing takes long."""
    from tdcli.services.samples.prepare import make_ready

    if quiet:
        make_ready(compiled, unseen, path)
        return
    reading = Reading(talk())
    try:
        make_ready(compiled, reading.update, path)
    finally:
        reading.close()


class Reading:
    """Shows how many samples are read; what takes long begins with none of them."""

    def __init__(self, console: "Console") -> None:
        self.console = console
        self.bar: Progress | None = None

    def update(self, done: int, total: int) -> None:
        """Show that so many are read."""
        if not self.console.is_terminal:
            self._print(done, total)
            return
        if self.bar is None or done == 0:
            self.close()
            self.bar = _bar(self.console, total)
        self.bar.update(self.bar.task_ids[0], completed=done)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.stop()

    def _print(self, done: int, total: int) -> None:
        if done in (0, total):
            self.console.print(f"decoded {done:,} of {total:,} clips")


def _bar(console: "Console", total: int) -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    time = (TimeRemainingColumn(), TextColumn("left"))
    columns = (TextColumn("decoding clips"), BarColumn(), MofNCompleteColumn(), *time)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    bar.add_task("", total=total)
    bar.start()
    return bar
