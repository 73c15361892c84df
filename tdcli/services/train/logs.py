"""The loggers of a training: named on the command line, told of every epoch, never in its way."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from operator import methodcaller
from typing import Any

from tdcli.loggers.core.base import Logger
from tdcli.runs.folder import RunFolder
from tdcli.services.machine.extras import needs_extra
from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.defaults import entries, flat
from tdcli.text.diagnostic import UserError, WorkFailure
from tdcli.text.nearest import suggestion
from tdcli.text.registry import module, modules


def _made(name: str, target: str, run: RunFolder, experiment: str) -> Logger:
    """Make a logger of the class that its file holds, loading its tool. Raises UserError for a target too many."""
    found = (each for each in vars(module(PACKAGE, name)).values() if isinstance(each, type))
    logger = next(each for each in found if issubclass(each, Logger) and each is not Logger)
    if target and not logger.takes_target:
        raise UserError.of("wrong-option", f"`{name}` takes nothing behind a colon", f"write `--log {name}`")
    return logger(run, experiment, target or None)


class Logs:
    """The loggers of one run. One that cannot begin stops the training; one that fails later is left out.

    said: takes what to tell the user.
    """

    def __init__(self, wanted: Sequence[str], run: RunFolder, compiled: Compiled, said: Callable[[str], None]) -> None:
        self.said = said
        self.loggers: dict[str, Logger] = {}
        for each in wanted:
            name, _, target = each.partition(":")
            self.loggers[name] = _made(name, target, run, compiled.spec.name)
        self.settings = {entry.dotted: entry.value for entry in flat(entries(compiled))} if wanted else {}

    def begin(self, first_epoch: int) -> None:
        """Begin with every logger. Raises WorkFailure where one cannot."""
        for name, logger in tuple(self.loggers.items()):
            try:
                logger.begin(self.settings, first_epoch)
            except Exception as error:  # whatever the tool raises
                message = f"cannot log to {name}: {_reason(error)}"
                help = f"see that it can be reached, or leave out `--log {name}`"
                self.loggers = {}
                raise WorkFailure.of("log-failed", message, help) from None

    def epochs(self, ended: Sequence[Mapping[str, float]]) -> None:
        """Tell every logger of the epochs that ended."""
        for results in ended:
            self._tell(methodcaller("epoch", results))

    def end(self, state: str) -> None:
        """Tell every logger how it ended."""
        self._tell(methodcaller("end", state))

    def _tell(self, what: Callable[[Logger], Any]) -> None:
        for name, logger in tuple(self.loggers.items()):
            try:
                what(logger)
            except Exception as error:  # a training is worth more than its log
                del self.loggers[name]
                self.said(f"note: no longer logging to {name}: {_reason(error)}")
                with suppress(Exception):
                    logger.end("failed")


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


PACKAGE = "tdcli.loggers"


def check_logs(wanted: Sequence[str]) -> None:
    """Raise UserError where a logger is not known, or not installed."""
    for each in wanted:
        name = each.partition(":")[0]
        if name not in modules(PACKAGE):
            raise UserError.of("wrong-option", f"there is no log `{name}`", suggestion(name, modules(PACKAGE)))
        needs_extra(name, f"`--log {name}`")
