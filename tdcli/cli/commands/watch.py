"""`tdcli watch`."""

import time
from typing import TYPE_CHECKING

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, stderr_console
from tdcli.cli.options import RunArgument

if TYPE_CHECKING:
    from tdcli.services.runs.watch import WatchedRun

REFRESH_SECONDS = 0.5


def watch_command(run: RunArgument) -> None:
    """Follow a run that trains in another process, until it ends; Ctrl-C leaves it alone.

    Example: tdcli watch runs/latest
    """
    from tdcli.services.runs.watch import WatchedRun

    watched = WatchedRun(run)
    if stderr_console().is_terminal:
        _draw_view(watched)
    else:
        _print(watched)
    print_result(
        f"{watched.run.path.name}: {watched.state}, {len(watched.run.read_history())} of {watched.epochs} epochs"
    )


def _draw_view(watched: "WatchedRun") -> None:
    from tdcli.report.terminal.live import LiveLines

    with LiveLines(stderr_console()) as lines:
        while watched.state == "running":
            lines.draw(watched.view())
            time.sleep(REFRESH_SECONDS)


def _print(watched: "WatchedRun") -> None:
    """Print a line an epoch, those that ended before among them."""
    from tdcli.report.terminal.progress import epoch_line

    printed, running = 0, True
    while running:
        running = watched.state == "running"
        view = watched.view()
        for results in view.history[printed:]:
            print_result(epoch_line(results, watched.epochs, best=results["epoch"] == view.best_epoch))
        printed = len(view.history)
        if running:
            time.sleep(REFRESH_SECONDS)


COMMAND = Command(watch_command, Panel.LOOK)
