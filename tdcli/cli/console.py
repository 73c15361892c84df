"""Where output goes: data to stdout, talk to stderr. Rich respects `NO_COLOR` and the terminal's width."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from tdcli.runs.files import cannot_write
from tdcli.text.diagnostic import Diagnostic

WIDTH_WITHOUT_TERMINAL = 110
MOST_FAULTS = 20


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, width=width, highlight=False, emoji=False, markup=False)


def show(value: Any) -> None:
    """Print a result; text is not wrapped. Raises WorkFailure where stdout takes no more."""
    try:
        _console(stderr=False).print(value, soft_wrap=isinstance(value, str))
    except OSError as error:
        raise cannot_write(Path("standard output"), error) from None


def say(value: Any) -> None:
    """Print what is said beside the result; text is not wrapped."""
    talk().print(value, soft_wrap=isinstance(value, str | Text))


def talk() -> Console:
    """Return the console for talk."""
    return _console(stderr=True)


def complain(diagnostics: Sequence[Diagnostic]) -> None:
    """Print faults, 20 at most, and what to do about all of them."""
    from tdcli.report.diagnostics import closing, rendered

    for diagnostic in diagnostics[:MOST_FAULTS]:
        say(rendered(diagnostic))
    if len(diagnostics) > MOST_FAULTS:
        say(f"... and {len(diagnostics) - MOST_FAULTS} more")
    if diagnostics:
        say(closing(diagnostics))
