"""Show the progress of a training: a live line in a terminal, and a live view in a notebook."""

import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from tdcli.api.shown import WIDTH, to_plain_text
from tdcli.nn.training.callbacks import is_callback
from tdcli.services.train.callbacks import SILENT, Callbacks

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tdcli.data.progress import ReadProgress
    from tdcli.nn.training.callbacks import Progress
    from tdcli.services.runs.watch import ProgressTracker, TrainingView
    from tdcli.services.specs.compile import Compiled
    from tdcli.text.diagnostic import Diagnostic

SECONDS_BETWEEN_UPDATES = 0.25
"""A notebook is updated at most four times a second."""


@contextmanager
def shown_progress(callbacks: Callbacks | None, *, progress: bool) -> Iterator[Callbacks]:
    """Give the callbacks of a training: the caller's and, with `progress`, those that show it."""
    if not progress:
        yield callbacks or SILENT
        return
    output = _find_notebook_output()
    display = NotebookProgress(output) if output else TerminalProgress() if sys.stderr.isatty() else LoggedProgress()
    try:
        yield combine(display, callbacks) if callbacks else display
    finally:
        display.close()


def combine(*several: Callbacks) -> Callbacks:
    """Return callbacks that call all of these. A training stops if one of them says so."""

    def call_all(name: str) -> Callable[..., bool]:
        def call(*arguments: object, **named: object) -> bool:
            answers = [getattr(callbacks, name)(*arguments, **named) for callbacks in several]
            return any(answers)

        return call

    return Callbacks(**{name: call_all(name) for name in dir(Callbacks) if is_callback(name)})


class NotebookOutput(Protocol):
    """One output of a cell, as `IPython.display.DisplayHandle`."""

    def update(self, shown: Mapping[str, str], *, raw: bool) -> None:
        """Put something else in its place: texts by their media types."""


def _find_notebook_output() -> NotebookOutput | None:
    """Return a new output of the notebook's cell, None outside of a notebook."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    display = import_module("IPython.display").display  # which a notebook brings with it
    output: NotebookOutput = display({"text/plain": ""}, raw=True, display_id=True)
    return output


class ShownProgress(Callbacks):
    """Keeps the view of a training, draws it, and shows above it what the training has to say."""

    def __init__(self) -> None:
        self.tracker: ProgressTracker | None = None
        self.view: TrainingView | None = None

    def on_compiled(self, compiled: "Compiled") -> None:
        """Show what is likely a mistake."""
        from tdcli.services.specs.warnings import warnings_for

        for warning in warnings_for(compiled):
            self.warn(warning)

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        """Begin to count."""
        from tdcli.services.runs.watch import ProgressTracker

        self.tracker = ProgressTracker(epochs)
        self.wait("starting TensorFlow, compiling the training graph")

    def on_progress(self, progress: "Progress") -> None:
        """Draw where training stands, below what it warns of."""
        for warning in progress.warnings:
            self.warn(warning)
        if self.tracker:
            self.view = self.tracker.update(progress)
            self.draw()

    def on_message(self, text: str) -> None:
        """Show it."""
        self.tell(text)

    def warn(self, warning: "Diagnostic") -> None:
        """Show a warning."""
        from tdcli.text.diagnostic_text import render_diagnostic

        self.tell(render_diagnostic(warning))

    def tell(self, shown: "RenderableType") -> None:
        """Show something above the view."""

    def wait(self, stage: str) -> None:
        """Show what is waited for."""

    def draw(self) -> None:
        """Draw the view."""

    def close(self) -> None:
        """Leave the last state."""


class LoggedProgress(ShownProgress):
    """Draws nothing where nobody looks, and warns as a program does."""

    def on_compiled(self, compiled: "Compiled") -> None:
        """Leave the spec's warnings to `tdcli.check`."""

    def on_message(self, text: str) -> None:
        """Warn."""
        warnings.warn(text, stacklevel=2)

    def warn(self, warning: "Diagnostic") -> None:
        """Warn."""
        warnings.warn(f"warning: {warning.message}", stacklevel=2)


class NotebookProgress(ShownProgress):
    """Draws into one output of a cell, which the saved notebook keeps as it was at the end."""

    def __init__(self, output: NotebookOutput) -> None:
        super().__init__()
        self.output, self.drawn, self.stage = output, 0.0, ""
        self.told: list[RenderableType] = []

    def on_loading(self, progress: "ReadProgress") -> None:
        """Show how far reading the data is."""
        self.stage = progress.summary
        self.draw()

    def tell(self, shown: "RenderableType") -> None:
        """Keep it above the view."""
        self.told.append(shown)

    def wait(self, stage: str) -> None:
        """Show what is waited for; drawing may not come to it again."""
        self.stage = stage
        self._draw()

    def draw(self) -> None:
        """Draw the view, unless it was drawn a moment ago."""
        if time.monotonic() - self.drawn >= SECONDS_BETWEEN_UPDATES:
            self._draw()

    def close(self) -> None:
        """Draw the last state."""
        self.view = self.view and self.view.ended()
        self._draw()

    def _draw(self) -> None:
        from tdcli.report.notebook.tables import render_html
        from tdcli.report.notebook.training import render_training
        from tdcli.report.terminal.progress import progress_lines

        self.drawn = time.monotonic()
        lines = progress_lines(self.view, WIDTH) if self.view else [self.stage]
        texts = [to_plain_text(each) for each in self.told]
        above = render_html(*self.told) if self.told else ""
        html = above + (render_training(self.view) if self.view else render_html(self.stage))
        self.output.update({"text/plain": "\n".join([*texts, *lines]), "text/html": html}, raw=True)


class TerminalProgress(ShownProgress):
    """Draws below what the terminal shows, and clears it at the end."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console

        from tdcli.report.terminal.live import LiveLines

        self.lines = LiveLines(Console(stderr=True))
        self.lines.__enter__()

    def tell(self, shown: "RenderableType") -> None:
        """Print it above the view."""
        self.lines.console.print(shown, soft_wrap=True, markup=False, highlight=False)

    def wait(self, stage: str) -> None:
        """Draw what is waited for."""
        self.lines.draw_text(f"{stage} ...")

    def draw(self) -> None:
        """Draw the view."""
        if self.view:
            self.lines.draw(self.view)

    def close(self) -> None:
        """Clear it."""
        self.lines.__exit__(None, None, None)
