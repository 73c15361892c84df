"""Render a diagnostic as text: the message, the line with carets, why, help."""

import io
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tdcli.text.diagnostic import Diagnostic, Note, Span
from tdcli.text.visible import escape_controls, escape_lines, shorten_values, truncate

WIDEST_SOURCE = 160
MOST_LESSON_NAMES = 3

LONGEST_HELP = 2000


def render_diagnostic(diagnostic: Diagnostic) -> Text:
    """Render a diagnostic in the layout of rustc. It has the same information without colour."""
    text = Text()
    colour = "bold red" if diagnostic.severity == "error" else "bold yellow"
    text.append(f"{diagnostic.severity}[{diagnostic.name}]", colour).append(
        f": {shorten_values(diagnostic.message)}\n", "bold"
    )
    if diagnostic.span:
        text.append_text(_quote_span(diagnostic.span, diagnostic.notes))
    if diagnostic.why:
        text.append("why:  ", "cyan").append(f"{shorten_values(diagnostic.why)}\n")
    for each in diagnostic.help:
        text.append("help: ", "green").append(f"{truncate(escape_controls(each), LONGEST_HELP)}\n")
    return text


def colour_diagnostic(diagnostic: Diagnostic) -> str:
    """Return a diagnostic with the codes for colours in a terminal or a notebook."""
    console = Console(file=io.StringIO(), force_terminal=True, force_jupyter=False, color_system="standard")
    with console.capture() as captured:
        console.print(render_diagnostic(diagnostic), soft_wrap=True)
    return captured.get().rstrip()


def closing_lines(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the lines after all diagnostics: how to apply the safe fixes, and where to find more information."""
    fixable = [each.fix[0].span.path for each in diagnostics if each.fix]
    lines = []
    if fixable:
        lines.append(f"{len(fixable)} of {len(diagnostics)} can be fixed with `tdcli check --fix {fixable[0]}`")
    names = list(dict.fromkeys(each.name for each in diagnostics))
    commands = ", ".join(f"`tdcli explain {name}`" for name in names[:MOST_LESSON_NAMES])
    lines.append(f"for more information, run {commands}")
    return "\n".join(lines)


def _quote_span(span: Span, notes: Sequence[Note]) -> Text:
    """Quote the line of a diagnostic with carets, and the lines of its notes with dashes, in file order."""
    quoted = [each for each in (Note(span, ""), *notes) if each.span.source and each.span.column]
    margin = " " * max((len(str(each.span.line)) for each in quoted), default=len(str(span.line)))
    text = Text().append(f"{margin} --> ", "blue").append(f"{escape_lines(str(span))}\n")
    if not (span.source and span.column):
        return text
    text.append(f"{margin}  |\n", "blue")
    lines = sorted({each.span.line for each in quoted if each.span.path == span.path})
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and line > before + 1:
            text.append("...\n", "blue")
        here = sorted((each for each in quoted if each.span.line == line), key=lambda each: each.span.column)
        text.append_text(_quote_line(here, span, margin))
    return text.append(f"{margin}  |\n", "blue")


def _quote_line(notes: Sequence[Note], diagnostic: Span, margin: str) -> Text:
    """Quote one line, with a row for each mark below it."""
    source, start = _crop_source(notes[0].span)
    text = Text().append(f"{notes[0].span.line:<{len(margin)}}  | ", "blue").append(f"{_quote_text(source)}\n")
    for note in notes:
        mark, colour = ("^", "red") if note.span == diagnostic and not note.text else ("-", "blue")
        before, marked = _split_at_mark(source, note.span.column - start - 1, note.span.width)
        marks = mark * max(1, cell_len(marked))
        said = f"{marks} {shorten_values(note.text)}".rstrip()
        text.append(f"{margin}  | ", "blue").append(" " * cell_len(before) + said + "\n", colour)
    return text


def _crop_source(span: Span) -> tuple[str, int]:
    """Return the part of a long line around the mark, and its start."""
    start = max(0, span.column - WIDEST_SOURCE // 2) if len(span.source) > WIDEST_SOURCE else 0
    return span.source[start : start + WIDEST_SOURCE], start


def _split_at_mark(source: str, place: int, width: int) -> tuple[str, str]:
    """Return the text before a mark and the marked text as they are shown, so that their width can be measured."""
    return _quote_text(source[:place]), _quote_text(source[place : place + width])


def _quote_text(source: str) -> str:
    """Return a part of a line as it is quoted. A tab becomes one space."""
    return escape_lines(source.replace("\t", " "))
