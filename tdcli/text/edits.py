"""Edit the text of a spec: replace a word, or replace or insert a key with its value. All other text is kept."""

import re
from collections.abc import Iterable
from dataclasses import replace

from tdcli.text.change import Help
from tdcli.text.diagnostic import COMMAND_LINE, Edit, Span
from tdcli.text.document import Document
from tdcli.text.errors import SpecError
from tdcli.text.key_path import KeyPath
from tdcli.text.yaml_reader import parse_document


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text after the edits. If two edits overlap, the one that is later in the text is applied."""
    lines = text.splitlines(keepends=True)
    applied: list[tuple[int, int, int]] = []
    for edit in sorted(set(edits), key=lambda edit: (edit.span.line, edit.span.column), reverse=True):
        line, start = edit.span.line - 1, edit.span.column - 1
        stop = start + edit.span.width
        if any(line == other and stop > first for other, first, _ in applied):
            continue
        applied.append((line, start, stop))
        lines[line] = lines[line][:start] + edit.text + lines[line][stop:]
    return "".join(lines)


def word_edits(span: Span, helps: Iterable[Help]) -> tuple[Edit, ...]:
    """Return the edit of the first help with a replacement; none if the span is not a whole word of a file."""
    texts = [help.replacement for help in helps if help.replacement]
    return (Edit(span, texts[0]),) if texts and span.is_editable else ()


def entry_edits(document: Document, path: KeyPath, text: str) -> tuple[Edit, ...]:
    """Return the edit that replaces a key and its value, or removes both; none if they span several lines."""
    extent = _entry_span(document, path)
    if extent is None:
        return ()
    if text:
        return (Edit(extent, text),)
    return _removal(extent, is_only=len(_sibling_paths(document, path)) == 1)


def insertion_edits(document: Document, path: KeyPath, text: str) -> tuple[Edit, ...]:
    """Return the edit that inserts an entry at the start of a mapping; none if the mapping is not in the text."""
    first = min(
        (span for key, span in document.key_spans.items() if key and key[:-1] == path),
        key=lambda span: (span.line, span.column),
        default=None,
    )
    if first is None or not text or not first.is_editable:
        return ()
    indent = first.source[: first.column - 1]
    rest = f"\n{indent}" if not indent.strip() else ", "
    return (Edit(replace(first, width=0), text + rest),)


def _entry_span(document: Document, path: KeyPath) -> Span | None:
    key, value = document.key_spans.get(path), document.spans.get(path)
    if key is None or value is None or not key.is_editable or value.line != key.line:
        return None
    if _is_empty(document, path, value):
        return replace(key, width=value.column - key.column)
    written = key.source[value.column - 1 : value.column - 1 + value.width]
    if value.column >= key.column + key.width and not _reads_back(written, document, path):
        return None
    stop = max(key.column + key.width, value.column + value.width if written.strip() else 0)
    return replace(key, width=stop - key.column)


def _is_empty(document: Document, path: KeyPath, value: Span) -> bool:
    """Return whether a key is written without a value: `stateful` or `stateful: `, but not `stateful: null`."""
    return document.value_at(path) is None and not re.match(r"~|null", value.source[value.column - 1 :], re.IGNORECASE)


def is_on_one_line(document: Document, path: KeyPath) -> bool:
    """Return whether the span of a value covers the whole value."""
    span = document.span(path)
    written = span.source[span.column - 1 : span.column - 1 + span.width]
    return _reads_back(written, document, path) if span.path != COMMAND_LINE else False


def _reads_back(text: str, document: Document, path: KeyPath) -> bool:
    """Return whether a text is the whole value at a path."""
    try:
        return bool(parse_document(f"value: {text}", document.path).values["value"] == document.value_at(path))
    except SpecError:
        return False


def _sibling_paths(document: Document, path: KeyPath) -> list[KeyPath]:
    return [other for other in document.key_spans if len(other) == len(path) and other[:-1] == path[:-1]]


def _removal(extent: Span, *, is_only: bool) -> tuple[Edit, ...]:
    before, after = extent.source[: extent.column - 1], extent.source[extent.column - 1 + extent.width :]
    comma_after, comma_before = re.match(r"\s*,\s*", after), re.search(r",\s*$", before)
    if comma_after:
        return (Edit(replace(extent, width=extent.width + comma_after.end()), ""),)
    if comma_before:
        start = comma_before.start() + 1
        return (Edit(replace(extent, column=start, width=extent.column + extent.width - start), ""),)
    if is_only and before.rstrip().endswith("{") and after.lstrip().startswith("}"):
        return (Edit(extent, ""),)
    if before.strip() or (after.strip() and not after.lstrip().startswith("#")) or is_only:
        return ()
    return (Edit(replace(extent, column=1, width=len(extent.source) + 1), ""),)
