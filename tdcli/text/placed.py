"""Faults of a validated document as diagnostics: each at its place, with the edits that its helps come to."""

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tdcli.text.diagnostic import Diagnostic, Edit, Span, in_file_order
from tdcli.text.document import Document, Way
from tdcli.text.entry import entry_edits, is_on_one_line, new_entry
from tdcli.text.fix import replacement
from tdcli.text.nearest import Suggestion

POINTS_AT_KEY = ("unknown-key", "missing-key", "unknown-layer")

NAMELESS = "this section"
"""What a section calls itself as long as it does not know under which key it stands."""


def last_key(way: tuple[int | str, ...], otherwise: str) -> str:
    """Return the last key of a way as messages show it."""
    return next((f"`{each}`" for each in reversed(way) if isinstance(each, str)), otherwise)


def diagnostics(error: ValidationError, document: Document) -> tuple[Diagnostic, ...]:
    """Give each fault of a validated document its place, in file order."""
    return in_file_order(_placed(details, document) for details in error.errors())


def _placed(details: ErrorDetails, document: Document) -> Diagnostic:
    name, way = details["type"], _written_way(details["loc"], document)
    names_key = name in POINTS_AT_KEY and not (name == "unknown-layer" and isinstance(details["input"], str))
    at_key = names_key or isinstance(details["input"], dict | tuple)
    span = document.key_span(way) if at_key else document.span(way)
    message = details["msg"].replace(NAMELESS, last_key(way, NAMELESS), 1)
    helps = tuple(details.get("ctx", {}).get("help", ()))
    grouped = _grouped(details, span)
    if grouped:
        return Diagnostic(name, message, span, help=(grouped,))
    if name == "missing-key":
        return Diagnostic(name, message, span, help=helps, fix=new_entry(document, way, _entry(helps)))
    return Diagnostic(name, message, span, help=helps, fix=_edits(way, helps, document, names_key=names_key))


def _grouped(details: ErrorDetails, span: Span) -> str:
    """Return the help for `1.000`, a thousand to many people and 1 to YAML, where a whole number is wanted."""
    written = span.source[span.column - 1 : span.column - 1 + span.width] if span.column else ""
    if not isinstance(details["input"], float) or not re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{3})+", written):
        return ""
    number, value = written.replace(".", ""), details["input"]
    return f"write `{number}`" + (f", or `{value:.0f}`" if value.is_integer() else "")


def _entry(helps: tuple[str, ...]) -> str:
    """Return the entry that a help says to write."""
    return next((each.replacement or "" for each in helps if isinstance(each, Suggestion) and each.entry), "")


def _written_way(way: Way, document: Document) -> Way:
    """Return the way as the document has it: an item of a bare list without the key that a section put in."""
    if not way or way in document.spans or not isinstance(way[-1], int):
        return way
    shorter = (*way[:-2], way[-1])
    return shorter if shorter in document.spans else way


def _edits(way: Way, helps: tuple[str, ...], document: Document, *, names_key: bool) -> tuple[Edit, ...]:
    """Return the edits of the helps; none at a place that stands for another one, which is not written."""
    if way not in document.spans and way not in document.key_spans:
        return ()
    entry = next((each for each in helps if isinstance(each, Suggestion) and each.entry), None)
    if entry is not None:
        return entry_edits(document, way, entry.replacement or "")
    if names_key:
        return replacement(document.key_span(way), helps)
    return replacement(document.span(way), helps) if is_on_one_line(document, way) else ()
