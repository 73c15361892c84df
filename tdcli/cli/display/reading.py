"""Display the progress of reading data: a bar in a terminal, the first and the last line elsewhere."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from tdcli.cli.console import print_status, stderr_console
from tdcli.services.samples.callbacks import ReadCallbacks

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from tdcli.data.progress import ReadProgress


class ReadingScreen(ReadCallbacks):
    """Prints notes about samples and the progress of reading them, unless `quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet, self.display = quiet, ReadingDisplay(stderr_console())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.display.close()

    def on_loading(self, progress: "ReadProgress") -> None:
        """Show the progress of reading."""
        if not self.quiet:
            self.display.update(progress)

    def on_note(self, text: str) -> None:
        """Print it."""
        print_status(f"note: {text}")


class ReadingDisplay:
    """Shows how many samples are read. The display begins with none and disappears after the last."""

    def __init__(self, console: "Console") -> None:
        self.console = console
        self.bar: Progress | None = None

    def update(self, progress: "ReadProgress") -> None:
        """Show the progress."""
        if not self.console.is_terminal:
            self._print(progress)
            return
        if self.bar is None or progress.done == 0:
            self.close()
            self.bar = _progress_bar(self.console, progress)
        self.bar.update(self.bar.task_ids[0], completed=progress.done)
        if progress.done == progress.total:
            self.close()

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

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
