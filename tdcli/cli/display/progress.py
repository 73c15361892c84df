"""Display the progress of a training: live in a terminal, one line per epoch elsewhere, or JSON."""

import json
import math
from typing import TYPE_CHECKING, Self

from rich.console import Console

from tdcli.cli.console import print_diagnostics, print_result, print_status
from tdcli.report.terminal.live import LiveLines
from tdcli.report.terminal.progress import epoch_line
from tdcli.services.runs.watch import ProgressTracker
from tdcli.text.diagnostic_text import render_diagnostic

if TYPE_CHECKING:
    from tdcli.nn.training.callbacks import Progress

MOST_EPOCH_LINES = 50
"""Maximum number of epochs that are printed without a terminal."""


class SilentDisplay:
    """Prints nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def compiling(self) -> None:
        """Say that the graph is being traced."""

    def update(self, progress: "Progress") -> None:
        """Update the state of the training."""

    def note(self, text: str) -> None:
        """Print a message."""
        print_status(text)


class JsonLines(SilentDisplay):
    """Prints an object for each epoch with its results and whether it is the best so far."""

    def update(self, progress: "Progress") -> None:
        """Print the epochs that ended."""
        for epoch in progress.ended:
            finite = {name: value if math.isfinite(value) else None for name, value in epoch.results.items()}
            print_result(json.dumps({**finite, "best": epoch.best}))


class EpochLines(SilentDisplay):
    """Prints one line per epoch, or for every n-th of many epochs."""

    def __init__(self, console: Console, epochs: int) -> None:
        self.console, self.epochs = console, epochs
        self.every = math.ceil(epochs / MOST_EPOCH_LINES)

    def compiling(self) -> None:
        """Say that the graph is being traced."""
        self.console.print("compiling the training graph")

    def update(self, progress: "Progress") -> None:
        """Print the epochs that ended, and warnings."""
        print_diagnostics(progress.warnings)
        for epoch in progress.ended:
            number = int(epoch.results["epoch"])
            if number % self.every == 0 or number in (1, self.epochs):
                self.console.print(epoch_line(epoch.results, self.epochs, best=epoch.best), soft_wrap=True)


class LiveDisplay(SilentDisplay):
    """Draws a bar, curves, speed and memory during training."""

    def __init__(self, console: Console, epochs: int) -> None:
        self.lines, self.tracker = LiveLines(console), ProgressTracker(epochs)

    def __enter__(self) -> Self:
        self.lines.__enter__()
        self.lines.draw_text("starting TensorFlow ...")
        return self

    def __exit__(self, *ended: object) -> None:
        self.lines.__exit__(*ended)  # type: ignore[arg-type]

    def compiling(self) -> None:
        """Say that the graph is being traced."""
        self.lines.draw_text("compiling the training graph ...")

    def note(self, text: str) -> None:
        """Print a message above the display."""
        self.lines.console.print(text, soft_wrap=True)

    def update(self, progress: "Progress") -> None:
        """Draw the state of the training."""
        for warning in progress.warnings:
            self.lines.console.print(render_diagnostic(warning))
        self.lines.draw(self.tracker.update(progress))


def choose_display(console: Console, epochs: int, *, quiet: bool, json_lines: bool) -> SilentDisplay:
    """Return the display: JSON or nothing if requested, else a live view in a terminal or lines elsewhere."""
    if json_lines:
        return JsonLines()
    if quiet:
        return SilentDisplay()
    return LiveDisplay(console, epochs) if console.is_terminal else EpochLines(console, epochs)
