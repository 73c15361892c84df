"""Pass the epochs of a training to its loggers. A failing logger does not stop the training."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from operator import methodcaller
from typing import Any

from tdcli.loggers.core.base import Logger
from tdcli.runs.folder import RunFolder
from tdcli.services.machine.extras import require_extra
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.settings import settings_of
from tdcli.text.errors import ExecutionError, SpecError
from tdcli.text.nearest import suggest
from tdcli.text.registry import find_module, module_names


def _make_logger(name: str, target: str, run: RunFolder, experiment: str) -> Logger:
    """Create the logger that its module defines, and load its tool. Raises SpecError for an unsupported target."""
    classes = (value for value in vars(find_module(PACKAGE, name)).values() if isinstance(value, type))
    logger = next(found for found in classes if issubclass(found, Logger) and found is not Logger)
    if target and not logger.takes_target:
        raise SpecError.of(
            "wrong-option", f"`--log {name}` does not accept a target after a colon", f"write `--log {name}`"
        )
    return logger(run, experiment, target or None)


class Logs:
    """The loggers of one run. A logger that cannot start stops the training. One that fails later is removed.

    on_message: called with messages for the user.
    """

    def __init__(
        self, names: Sequence[str], run: RunFolder, compiled: Compiled, on_message: Callable[[str], None]
    ) -> None:
        self.on_message = on_message
        self.loggers: dict[str, Logger] = {}
        for text in names:
            name, _, target = text.partition(":")
            self.loggers[name] = _make_logger(name, target, run, compiled.spec.name)
        self.settings = settings_of(compiled) if names else {}

    def begin(self, first_epoch: int) -> None:
        """Start every logger. Raises ExecutionError if one cannot start."""
        for name, logger in tuple(self.loggers.items()):
            try:
                logger.begin(self.settings, first_epoch)
            except Exception as error:  # whatever the tool raises
                message = f"cannot log to {name}: {_reason(error)}"
                help = f"check that {name} can be reached, or remove `--log {name}`"
                self.loggers = {}
                raise ExecutionError.of("log-failed", message, help) from None

    def record_epochs(self, ended: Sequence[Mapping[str, float]]) -> None:
        """Pass the finished epochs to every logger."""
        for results in ended:
            self._call_each(methodcaller("epoch", results))

    def end(self, state: str) -> None:
        """End every logger. state: how the training ended."""
        self._call_each(methodcaller("end", state))

    def _call_each(self, call: Callable[[Logger], Any]) -> None:
        for name, logger in tuple(self.loggers.items()):
            try:
                call(logger)
            except Exception as error:  # a training matters more than its log
                del self.loggers[name]
                self.on_message(f"note: logging to {name} stopped: {_reason(error)}")
                with suppress(Exception):
                    logger.end("failed")


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


PACKAGE = "tdcli.loggers"


def check_logs(names: Sequence[str]) -> None:
    """Raise SpecError if a logger is unknown or not installed."""
    for text in names:
        name = text.partition(":")[0]
        if name not in module_names(PACKAGE):
            raise SpecError.of("wrong-option", f"there is no logger `{name}`", suggest(name, module_names(PACKAGE)))
        require_extra(name, f"`--log {name}`")
