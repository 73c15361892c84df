"""Output: results to stdout, progress and diagnostics to stderr. Rich respects `NO_COLOR` and the terminal's width.

Control characters are spelled out here, whatever is printed, so that no name or value can steer the terminal.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from tdcli.cli.streams import stdout_failed
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import TdcliError
from tdcli.text.visible import escape_controls

WIDTH_WITHOUT_TERMINAL = 110
MOST_PRINTED = 20


class VisibleConsole(Console):
    """A console that escapes control characters. Only Rich's own styles and cursor movements take effect."""

    def render_str(self, text: str, *rest: Any, **how: Any) -> Text:
        """Convert a string to text, so that its width is measured as printed."""
        return super().render_str(escape_controls(text), *rest, **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments to print, with control characters escaped."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(escape_controls(segment.text), segment.style)


def _make_console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return VisibleConsole(stderr=stderr, width=width, highlight=False, emoji=False, markup=False)


def print_result(value: Any) -> None:
    """Print a result; text is not wrapped. Raises ExecutionError if stdout cannot be written."""
    try:
        _make_console(stderr=False).print(value, soft_wrap=isinstance(value, str))
    except OSError as error:
        raise stdout_failed(error) from None


def print_status(value: Any) -> None:
    """Print progress or a note to stderr. Text is not wrapped."""
    stderr_console().print(value, soft_wrap=isinstance(value, str | Text))


def stderr_console() -> Console:
    """Return the console of stderr."""
    return _make_console(stderr=True)


def print_warnings(errors: Sequence[TdcliError]) -> None:
    """Print errors that did not stop the command."""
    print_diagnostics([each.as_warning() for error in errors for each in error.diagnostics])


def print_diagnostics(diagnostics: Sequence[Diagnostic]) -> None:
    """Print at most 20 diagnostics, and how to fix and read about all of them."""
    from tdcli.text.diagnostic_text import closing_lines, render_diagnostic

    for diagnostic in diagnostics[:MOST_PRINTED]:
        print_status(render_diagnostic(diagnostic))
    if len(diagnostics) > MOST_PRINTED:
        print_status(f"... and {len(diagnostics) - MOST_PRINTED} more")
    if diagnostics:
        print_status(closing_lines(diagnostics))
