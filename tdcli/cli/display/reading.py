"""Data that take long to be read, on the screen: a bar in a terminal, a line at the beginning and the end elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.cli.console import stderr_console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from tdcli.data.progress import ReadProgress
    from tdcli.services.specs.compile import Compiled


def show_prefetch(compiled: "Compiled", path: Path | None = None, *, quiet: bool = False) -> None:
    """Let a source do what takes long, and show how far it is; nothing is shown where nothing takes long."""
    from tdcli.services.samples.prepare import prefetch_data

    if quiet:
        prefetch_data(compiled, path=path)
        return
    reading = ReadingDisplay(stderr_console())
    try:
        prefetch_data(compiled, reading.update, path)
    finally:
        reading.close()


class ReadingDisplay:
    """Shows how many samples are read; what takes long begins with none of them."""

    def __init__(self, console: "Console") -> None:
        self.console = console
        self.bar: Progress | None = None

    def update(self, progress: "ReadProgress") -> None:
        """Show how far it is."""
        if not self.console.is_terminal:
            self._print(progress)
            return
        if self.bar is None or progress.done == 0:
            self.close()
            self.bar = _progress_bar(self.console, progress)
        self.bar.update(self.bar.task_ids[0], completed=progress.done)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.stop()

    def _print(self, progress: "ReadProgress") -> None:
        if progress.done in (0, progress.total):
            self.console.print(progress.summary)


def _progress_bar(console: "Console", progress: "ReadProgress") -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    time = (TimeRemainingColumn(), TextColumn("left"))
    columns = (TextColumn(progress.activity), BarColumn(), MofNCompleteColumn(), *time)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    bar.add_task("", total=progress.total)
    bar.start()
    return bar
