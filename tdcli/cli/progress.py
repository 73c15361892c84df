"""Training on the screen: a live line in a terminal, a line an epoch elsewhere."""

import math
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from tdcli.report.figures import written_figures
from tdcli.text.quantities import duration_text

if TYPE_CHECKING:
    from tdcli.nn.train import Ended, Progress

MOST_LINES = 50
"""How many epochs are printed at most where there is no terminal."""


class TrainingDisplay:
    """Shows epoch, loss, metrics, validation and the time left."""

    def __init__(self, console: Console, epochs: int) -> None:
        self.console, self.epochs = console, epochs
        self.every = math.ceil(epochs / MOST_LINES)
        self.live = Live(console=console, transient=True, auto_refresh=False) if console.is_terminal else None
        self.began = time.perf_counter()
        self.line = ""

    def __enter__(self) -> Self:
        if self.live:
            self.live.start()
            self._draw("starting TensorFlow ...")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live:
            self.live.stop()

    def compiling(self) -> None:
        """Say what the first step waits for."""
        if self.live:
            self._draw("compiling the training graph ...")
        else:
            self.console.print("compiling the training graph")

    def update(self, progress: "Progress") -> None:
        """Take in where training stands."""
        for epoch in progress.ended:
            self._say(epoch)
        if self.live:
            self._draw(f"{self.line}\n{self._position(progress)}".lstrip())

    def _say(self, epoch: "Ended") -> None:
        results = dict(epoch.results)
        number = int(results.pop("epoch"))
        self.line = f"epoch {number}/{self.epochs}  {written_figures(results)}{' *' if epoch.best else ''}"
        if not self.live and (number % self.every == 0 or number in (1, self.epochs)):
            self.console.print(self.line, soft_wrap=True)

    def _position(self, progress: "Progress") -> str:
        done = progress.epoch - 1 + progress.step / progress.steps
        elapsed = time.perf_counter() - self.began
        left = elapsed / done * (self.epochs - done)
        width = max(10, min(40, self.console.width - 50))
        filled = round(width * done / self.epochs)
        bar = "=" * filled + "-" * (width - filled)
        return f"[{bar}] epoch {progress.epoch}/{self.epochs}  {duration_text(left)} left"

    def _draw(self, text: str) -> None:
        if self.live:
            self.live.update(Text(text), refresh=True)
