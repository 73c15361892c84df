"""Training on the screen: a live display in a terminal, a line an epoch elsewhere, or JSON for programs."""

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
"""How many epochs are printed at most where there is no terminal."""


class SilentDisplay:
    """Says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def compiling(self) -> None:
        """Say what the first step waits for."""

    def update(self, progress: "Progress") -> None:
        """Take in where training stands."""

    def note(self, text: str) -> None:
        """Say what is to be known beside it."""
        print_status(text)


class JsonLines(SilentDisplay):
    """Prints an object for every epoch: its results, and whether it is the best so far."""

    def update(self, progress: "Progress") -> None:
        """Print the epochs that ended."""
        for epoch in progress.ended:
            finite = {name: value if math.isfinite(value) else None for name, value in epoch.results.items()}
            print_result(json.dumps({**finite, "best": epoch.best}))


class EpochLines(SilentDisplay):
    """Prints a line an epoch, or every so many where they are many."""

    def __init__(self, console: Console, epochs: int) -> None:
        self.console, self.epochs = console, epochs
        self.every = math.ceil(epochs / MOST_EPOCH_LINES)

    def compiling(self) -> None:
        """Say what the first step waits for."""
        self.console.print("compiling the training graph")

    def update(self, progress: "Progress") -> None:
        """Print the epochs that ended, and warnings."""
        print_diagnostics(progress.warnings)
        for epoch in progress.ended:
            number = int(epoch.results["epoch"])
            if number % self.every == 0 or number in (1, self.epochs):
                self.console.print(epoch_line(epoch.results, self.epochs, best=epoch.best), soft_wrap=True)


class LiveDisplay(SilentDisplay):
    """Draws bar, curves, pace and memory while training goes on."""

    def __init__(self, console: Console, epochs: int) -> None:
        self.lines, self.tracker = LiveLines(console), ProgressTracker(epochs)

    def __enter__(self) -> Self:
        self.lines.__enter__()
        self.lines.draw_text("starting TensorFlow ...")
        return self

    def __exit__(self, *ended: object) -> None:
        self.lines.__exit__(*ended)  # type: ignore[arg-type]

    def compiling(self) -> None:
        """Say what the first step waits for."""
        self.lines.draw_text("compiling the training graph ...")

    def note(self, text: str) -> None:
        """Say it above what is drawn."""
        self.lines.console.print(text, soft_wrap=True)

    def update(self, progress: "Progress") -> None:
        """Draw where training stands."""
        for warning in progress.warnings:
            self.lines.console.print(render_diagnostic(warning))
        self.lines.draw(self.tracker.update(progress))


def choose_display(console: Console, epochs: int, *, quiet: bool, json_lines: bool) -> SilentDisplay:
    """Return what suits: JSON or nothing where that is asked for, else lines, drawn live in a terminal."""
    if json_lines:
        return JsonLines()
    if quiet:
        return SilentDisplay()
    return LiveDisplay(console, epochs) if console.is_terminal else EpochLines(console, epochs)
