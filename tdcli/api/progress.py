"""A training's progress where nobody asked for another: a live line in a terminal, and in a notebook."""

import html
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tdcli.api.shown import WIDTH
from tdcli.services.train.callbacks import SILENT, Callbacks

if TYPE_CHECKING:
    from tdcli.nn.training.train import Progress
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
    if display is None and not sys.stderr.isatty():
        yield SILENT
        return
    progress = NotebookProgress(display) if display else TerminalProgress()
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
    from IPython.display import HTML, display  # type: ignore[import-not-found, unused-ignore]

    return display(HTML(""), display_id=True)


class DrawnProgress(Callbacks):
    """Keeps the view of a training, and draws it."""

    def __init__(self) -> None:
        self.tracker: ProgressTracker | None = None
        self.view: TrainingView | None = None

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        """Begin to count."""
        from tdcli.services.runs.watch import ProgressTracker

        self.tracker = ProgressTracker(epochs)

    def on_progress(self, progress: "Progress") -> None:
        """Draw where training stands."""
        if self.tracker:
            self.view = self.tracker.update(progress)
            self.draw()

    def lines(self, width: int) -> list[str]:
        """Return the lines that show the view."""
        from tdcli.report.terminal.progress import progress_lines

        return progress_lines(self.view, width) if self.view else []

    def draw(self) -> None:
        """Draw the view."""

    def close(self) -> None:
        """Leave the last state."""


class NotebookProgress(DrawnProgress):
    """Draws into one output of a cell, which the saved notebook keeps as it was at the end."""

    def __init__(self, output: Any) -> None:
        super().__init__()
        self.output, self.drawn = output, 0.0

    def draw(self) -> None:
        """Draw the view, unless it was drawn a moment ago."""
        if time.monotonic() - self.drawn >= SECONDS_BETWEEN_UPDATES:
            self._draw()

    def close(self) -> None:
        """Draw the last state."""
        self._draw()

    def _draw(self) -> None:
        from IPython.display import HTML  # type: ignore[import-not-found, unused-ignore]

        self.drawn = time.monotonic()
        text = html.escape("\n".join(self.lines(WIDTH)))
        self.output.update(HTML(f"<pre>{text}</pre>"))


class TerminalProgress(DrawnProgress):
    """Draws below what the terminal shows, and clears it at the end."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console
        from rich.live import Live

        self.console = Console(stderr=True)
        self.live = Live(console=self.console, transient=True, auto_refresh=False)
        self.live.start()

    def draw(self) -> None:
        """Draw the view."""
        from rich.text import Text

        self.live.update(Text("\n".join(self.lines(self.console.width)), no_wrap=True, overflow="crop"), refresh=True)

    def close(self) -> None:
        """Clear it."""
        self.live.stop()
