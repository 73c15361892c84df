"""`tdcli watch`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, stderr_console
from tdcli.cli.options import RunArgument

if TYPE_CHECKING:
    from tdcli.services.runs.watch import OnView, TrainingView


def watch_command(run: RunArgument) -> None:
    """Follow a run that another process trains. Ctrl-C stops only the display.

    Example: tdcli watch runs/latest
    """
    from tdcli.services.runs.watch import watch_run

    with _shown_views() as on_view:
        ended = watch_run(run, on_view)
    print_result(f"{ended.name}: {ended.state}, {ended.epochs} of {ended.planned_epochs} epochs")


@contextmanager
def _shown_views() -> "Iterator[OnView]":
    """Give the display of a training: a live view in a terminal, one line per epoch elsewhere."""
    if not stderr_console().is_terminal:
        yield _EpochPrinter().print
        return
    from tdcli.report.terminal.live import LiveLines

    with LiveLines(stderr_console()) as lines:
        yield lines.draw


class _EpochPrinter:
    """Prints one line per epoch, also for those that ended before."""

    def __init__(self) -> None:
        self.printed = 0

    def print(self, view: "TrainingView") -> None:
        from tdcli.report.terminal.progress import epoch_line

        for results in view.history[self.printed :]:
            print_result(epoch_line(results, view.epochs, best=results["epoch"] == view.best_epoch))
        self.printed = len(view.history)


COMMAND = Command(watch_command, Panel.LOOK)
