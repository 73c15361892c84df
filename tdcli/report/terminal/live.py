"""Draw lines at the end of a terminal, and update them in place."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from tdcli.report.terminal.progress import progress_lines
from tdcli.services.runs.watch import TrainingView


class LiveLines:
    """Lines at the end of a terminal that are updated in place, and cleared at the end."""

    def __init__(self, console: Console) -> None:
        self.console = console
        # Another thread may have put a stand-in for sys.stderr, which Live would put back at the end.
        self.live = Live(
            console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self.blocks = console.encoding.lower().startswith("utf")

    def __enter__(self) -> Self:
        self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.live.stop()

    def draw(self, view: TrainingView) -> None:
        """Draw the state of a training."""
        self.draw_text("\n".join(progress_lines(view, self.console.width, blocks=self.blocks)))

    def draw_text(self, text: str) -> None:
        """Draw any text."""
        self.live.update(Text(text, no_wrap=True, overflow="crop"), refresh=True)
