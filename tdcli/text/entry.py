"""Edits of a key together with its value, where both are on one line."""

import re
from dataclasses import replace

from tdcli.text.diagnostic import COMMAND_LINE, Edit, Span, UserError
from tdcli.text.document import Document, Way
from tdcli.text.yaml_reader import parse_document


def entry_edits(document: Document, way: Way, text: str) -> tuple[Edit, ...]:
    """Write `text` in place of a key and its value, or remove both; nothing where they run over several lines."""
    extent = _extent(document, way)
    if extent is None:
        return ()
    if text:
        return (Edit(extent, text),)
    return _removal(extent, is_only=len(_siblings(document, way)) == 1)


def new_entry(document: Document, way: Way, text: str) -> tuple[Edit, ...]:
    """Write a key and its value before the first of a mapping; nothing where that is written nowhere."""
    first = min(
        (span for key, span in document.key_spans.items() if key[:-1] == way and len(key) == len(way) + 1),
        key=lambda span: (span.line, span.column),
        default=None,
    )
    if first is None or not text or not first.is_editable:
        return ()
    indent = first.source[: first.column - 1]
    rest = f"\n{indent}" if not indent.strip() else ", "
    return (Edit(replace(first, width=0), text + rest),)


def _extent(document: Document, way: Way) -> Span | None:
    key, value = document.key_spans.get(way), document.spans.get(way)
    if key is None or value is None or not key.is_editable or value.line != key.line:
        return None
    if _is_empty(document, way, value):
        return replace(key, width=value.column - key.column)
    written = key.source[value.column - 1 : value.column - 1 + value.width]
    if value.column >= key.column + key.width and not _holds(written, document, way):
        return None
    stop = max(key.column + key.width, value.column + value.width if written.strip() else 0)
    return replace(key, width=stop - key.column)


def _is_empty(document: Document, way: Way, value: Span) -> bool:
    """Say whether a key has no value: `stateful` or `stateful: `, and not `stateful: null`."""
    return document.value_at(way) is None and not re.match(r"~|null", value.source[value.column - 1 :], re.IGNORECASE)


def is_on_one_line(document: Document, way: Way) -> bool:
    """Say whether the place of a value holds the whole of it."""
    span = document.span(way)
    written = span.source[span.column - 1 : span.column - 1 + span.width]
    return _holds(written, document, way) if span.path != COMMAND_LINE else False


def _holds(text: str, document: Document, way: Way) -> bool:
    """Say whether a text is the whole of a value."""
    try:
        return bool(parse_document(f"value: {text}", document.path).values["value"] == document.value_at(way))
    except UserError:
        return False


def _siblings(document: Document, way: Way) -> list[Way]:
    return [each for each in document.key_spans if len(each) == len(way) and each[:-1] == way[:-1]]


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
