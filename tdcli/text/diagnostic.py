"""Diagnostics: what is wrong, where, why, and how to fix it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Self

from tdcli.text.change import AnyHelp, Help, as_helps

COMMAND_LINE = "--set"
"""The path in the span of a value that is set on the command line."""


@dataclass(frozen=True)
class Span:
    """A part of one line of a file: `path:line:column`. Lines and columns are counted from 1.

    `source` is the text of the line. It is empty if the line should not be quoted, as in a data file. A `column` of 0
    means the whole line.
    """

    path: str
    line: int = 1
    column: int = 0
    width: int = 1
    source: str = ""

    @property
    def is_editable(self) -> bool:
        """Whether the span is in a text file and not on the command line."""
        return bool(self.source and self.column and self.path != COMMAND_LINE)

    def __str__(self) -> str:
        column = f":{self.column}" if self.column else ""
        return f"{self.path}:{self.line}{column}"


@dataclass(frozen=True)
class Note:
    """A text about another span that explains a diagnostic: `outputs (batch, 32)`."""

    span: Span
    text: str


@dataclass(frozen=True)
class Edit:
    """A text that replaces the `width` characters of a span. A width of 0 inserts it."""

    span: Span
    text: str


@dataclass(frozen=True)
class Diagnostic:
    """One error, or a warning about something that runs but is probably a mistake.

    `name` is the name of its lesson (`tdcli explain NAME`). `fix` has the edits that correct the error, if the
    intention is certain. `section` is the path of the section or key of the spec that it concerns. Code that knows
    the document looks up its `span`.

    >>> import tdcli
    >>> [found] = tdcli.check({"architecture": {"kind": "many-to-won"}})
    >>> found.name, found.span.line, found.help
    ('wrong-value', 2, ('did you mean `many-to-one`?',))
    """

    name: str
    message: str
    span: Span | None = None
    notes: tuple[Note, ...] = ()
    why: str = ""
    helps: tuple[Help, ...] = ()
    severity: Literal["error", "warning"] = "error"
    fix: tuple[Edit, ...] = ()
    section: tuple[str, ...] = ()

    @classmethod
    def warning(
        cls,
        name: str,
        message: str,
        *help: AnyHelp,
        span: Span | None = None,
        why: str = "",
        section: tuple[str, ...] = (),
    ) -> Self:
        """Make a diagnostic about something that runs but is probably a mistake."""
        return cls(name, message, span, why=why, helps=as_helps(help), severity="warning", section=section)

    @property
    def help(self) -> tuple[str, ...]:
        """The texts of the helps."""
        return tuple(help.text for help in self.helps)

    def at(self, span: Span | None) -> Self:
        """Return the same diagnostic at another span."""
        return replace(self, span=span)

    def as_warning(self) -> Self:
        """Return the same diagnostic as a warning."""
        return replace(self, severity="warning")


def merge_equal(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return one diagnostic for each message: the first one, with notes at the places of the others."""
    merged: dict[tuple[str, str], Diagnostic] = {}
    for each in diagnostics:
        first = merged.setdefault((each.name, each.message), each)
        if each.span and each.span != first.span:
            notes, fix = (*first.notes, Note(each.span, "here too")), (*first.fix, *each.fix)
            merged[each.name, each.message] = replace(first, notes=notes, fix=fix)
    return tuple(merged.values())


def sort_by_position(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort diagnostics by position. Those without a position come last."""

    def position(diagnostic: Diagnostic) -> tuple[bool, int, int]:
        span = diagnostic.span
        return (span is None, span.line if span else 0, span.column if span else 0)

    return tuple(sorted(diagnostics, key=position))
