"""Show the progress of a training in a terminal or a notebook, unless the caller passes callbacks."""

import html
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tdcli.api.shown import WIDTH
from tdcli.services.train.callbacks import Callbacks

if TYPE_CHECKING:
    from tdcli.nn.training.callbacks import Progress
    from tdcli.services.runs.watch import ProgressTracker, TrainingView

SECONDS_BETWEEN_UPDATES = 0.25
"""The shortest time between two updates of a notebook."""


@contextmanager
def shown_progress(callbacks: Callbacks | None) -> Iterator[Callbacks]:
    """Yield the callbacks of a training: those given, or else ones that show the progress where it can be seen."""
    if callbacks is not None:
        yield callbacks
        return
    display = _find_notebook_display()
    progress = NotebookProgress(display) if display else TerminalProgress() if sys.stderr.isatty() else LoggedProgress()
    try:
        yield progress
    finally:
        progress.close()


def _find_notebook_display() -> Any:
    """Return a new output of the notebook's cell, or None outside of a notebook."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    shown = import_module("IPython.display")  # every notebook has it
    return shown.display(shown.HTML(""), display_id=True)


class ShownProgress(Callbacks):
    """Draws the progress of a training, and passes on its warnings and messages."""

    def __init__(self) -> None:
        self.tracker: ProgressTracker | None = None
        self.view: TrainingView | None = None

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        """Start to track the progress."""
        from tdcli.services.runs.watch import ProgressTracker

        self.tracker = ProgressTracker(epochs)

    def on_progress(self, progress: "Progress") -> None:
        """Show new warnings, then draw the progress."""
        for warning in progress.warnings:
            self.on_message(f"warning: {warning.message}")
        if self.tracker:
            self.view = self.tracker.update(progress)
            self.draw()

    def draw(self) -> None:
        """Draw the progress."""

    def close(self) -> None:
        """Leave the display as it is."""


class LoggedProgress(ShownProgress):
    """Draws nothing, for programs without a terminal. Messages become Python warnings."""

    def on_message(self, text: str) -> None:
        """Issue a Python warning."""
        warnings.warn(text, stacklevel=2)


class NotebookProgress(ShownProgress):
    """Draws into one output of a cell. A saved notebook keeps the last drawing."""

    def __init__(self, output: Any) -> None:
        super().__init__()
        self.output, self.drawn = output, 0.0
        self.told: list[str] = []

    def on_message(self, text: str) -> None:
        """Add a line above the progress."""
        self.told.append(text)

    def draw(self) -> None:
        """Draw the progress, at most four times a second."""
        if time.monotonic() - self.drawn >= SECONDS_BETWEEN_UPDATES:
            self._draw()

    def close(self) -> None:
        """Draw the final progress."""
        self._draw()

    def _draw(self) -> None:
        from tdcli.report.terminal.progress import progress_lines

        self.drawn = time.monotonic()
        lines = progress_lines(self.view, WIDTH) if self.view else []
        text = html.escape("\n".join([*self.told, *lines]))
        self.output.update(import_module("IPython.display").HTML(f"<pre>{text}</pre>"))


class TerminalProgress(ShownProgress):
    """Draws below the other output of the terminal, and clears the drawing at the end."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console

        from tdcli.report.terminal.live import LiveLines

        self.lines = LiveLines(Console(stderr=True))
        self.lines.__enter__()

    def on_message(self, text: str) -> None:
        """Print a line above the progress."""
        self.lines.console.print(text, soft_wrap=True)

    def draw(self) -> None:
        """Draw the progress."""
        if self.view:
            self.lines.draw(self.view)

    def close(self) -> None:
        """Clear the drawing."""
        self.lines.__exit__(None, None, None)
