"""Edits of a text that leave everything else in it as it is: comments, order, line ends."""

from collections.abc import Iterable, Sequence

from tdcli.text.diagnostic import Edit, Span
from tdcli.text.nearest import Suggestion


def replacement(span: Span, helps: Sequence[str]) -> tuple[Edit, ...]:
    """Return the edit that a certain suggestion comes to; none where the span is no whole word of a file."""
    certain = [each.replacement for each in helps if isinstance(each, Suggestion) and each.replacement]
    return (Edit(span, certain[0]),) if certain and span.is_editable else ()


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits in it, from the last to the first; of two that overlap, the first stays."""
    lines = text.splitlines(keepends=True)
    taken: list[tuple[int, int, int]] = []
    for edit in sorted(set(edits), key=lambda each: (each.span.line, each.span.column), reverse=True):
        line, start = edit.span.line - 1, edit.span.column - 1
        stop = start + edit.span.width
        if any(line == other and stop > first for other, first, _ in taken):
            continue
        taken.append((line, start, stop))
        lines[line] = lines[line][:start] + edit.text + lines[line][stop:]
    return "".join(lines)
