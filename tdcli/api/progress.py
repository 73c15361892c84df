"""A training's progress where nobody asked for another: a live line in a terminal, and in a notebook."""

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
"""A notebook is updated at most four times a second."""


@contextmanager
def shown_progress(callbacks: Callbacks | None) -> Iterator[Callbacks]:
    """Give what is called while a training goes on; without a wish, what shows its progress, where somebody looks."""
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
    """Return a new output of the notebook's cell, None outside of a notebook."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    shown = import_module("IPython.display")  # which a notebook brings with it
    return shown.display(shown.HTML(""), display_id=True)


class ShownProgress(Callbacks):
    """Keeps the view of a training, draws it, and tells what the training has to say."""

    def __init__(self) -> None:
        self.tracker: ProgressTracker | None = None
        self.view: TrainingView | None = None

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        """Begin to count."""
        from tdcli.services.runs.watch import ProgressTracker

        self.tracker = ProgressTracker(epochs)

    def on_progress(self, progress: "Progress") -> None:
        """Draw where training stands, below what it warns of."""
        for warning in progress.warnings:
            self.on_message(f"warning: {warning.message}")
        if self.tracker:
            self.view = self.tracker.update(progress)
            self.draw()

    def draw(self) -> None:
        """Draw the view."""

    def close(self) -> None:
        """Leave the last state."""


class LoggedProgress(ShownProgress):
    """Draws nothing where nobody looks, and warns as a program does."""

    def on_message(self, text: str) -> None:
        """Warn."""
        warnings.warn(text, stacklevel=2)


class NotebookProgress(ShownProgress):
    """Draws into one output of a cell, which the saved notebook keeps as it was at the end."""

    def __init__(self, output: Any) -> None:
        super().__init__()
        self.output, self.drawn = output, 0.0
        self.told: list[str] = []

    def on_message(self, text: str) -> None:
        """Keep it above the view."""
        self.told.append(text)

    def draw(self) -> None:
        """Draw the view, unless it was drawn a moment ago."""
        if time.monotonic() - self.drawn >= SECONDS_BETWEEN_UPDATES:
            self._draw()

    def close(self) -> None:
        """Draw the last state."""
        self._draw()

    def _draw(self) -> None:
        from tdcli.report.terminal.progress import progress_lines

        self.drawn = time.monotonic()
        lines = progress_lines(self.view, WIDTH) if self.view else []
        text = html.escape("\n".join([*self.told, *lines]))
        self.output.update(import_module("IPython.display").HTML(f"<pre>{text}</pre>"))


class TerminalProgress(ShownProgress):
    """Draws below what the terminal shows, and clears it at the end."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console

        from tdcli.report.terminal.live import LiveLines

        self.lines = LiveLines(Console(stderr=True))
        self.lines.__enter__()

    def on_message(self, text: str) -> None:
        """Print it above the view."""
        self.lines.console.print(text, soft_wrap=True)

    def draw(self) -> None:
        """Draw the view."""
        if self.view:
            self.lines.draw(self.view)

    def close(self) -> None:
        """Clear it."""
        self.lines.__exit__(None, None, None)
