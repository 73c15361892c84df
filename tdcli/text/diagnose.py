"""Turn the errors of a validated document into diagnostics with their positions and fixes."""

import re
from dataclasses import replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tdcli.text.change import Help
from tdcli.text.diagnostic import Diagnostic, Edit, Span, sort_by_position
from tdcli.text.document import Document
from tdcli.text.edits import entry_edits, insertion_edits, is_on_one_line, word_edits
from tdcli.text.key_path import KeyPath, last_key
from tdcli.text.violation import Violation, violation_of

POINTS_AT_KEY = ("unknown-key", "missing-key", "unknown-layer")


def diagnose(error: ValidationError, document: Document) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each error of a validated document, in file order."""
    return sort_by_position(_diagnostic(details, document) for details in error.errors())


def _diagnostic(details: ErrorDetails, document: Document) -> Diagnostic:
    violation = violation_of(details) or Violation(details["type"], details["msg"])
    name, path = violation.name, _written_path(details["loc"], document)
    names_key = name in POINTS_AT_KEY and not (name == "unknown-layer" and isinstance(details["input"], str))
    at_key = names_key or isinstance(details["input"], dict | tuple)
    span = document.key_span(path) if at_key else document.span(path)
    found = Diagnostic(name, violation.sentence(last_key(path)), span)
    grouped = _grouped_number_help(details, span)
    if grouped:
        return replace(found, helps=(grouped,))
    if name == "missing-key":
        fix = insertion_edits(document, path, _entry(violation.helps))
    else:
        fix = _edits(path, violation.helps, document, names_key=names_key)
    return replace(found, helps=violation.helps, fix=fix)


def _grouped_number_help(details: ErrorDetails, span: Span) -> Help | None:
    """Return the help for `1.000` instead of a whole number. It may mean one thousand, but is 1 in YAML."""
    written = span.source[span.column - 1 : span.column - 1 + span.width] if span.column else ""
    if not isinstance(details["input"], float) or not re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{3})+", written):
        return None
    number, value = written.replace(".", ""), details["input"]
    return Help(f"write `{number}`" + (f", or `{value:.0f}`" if value.is_integer() else ""))


def _entry(helps: tuple[Help, ...]) -> str:
    """Return the entry that a help suggests."""
    return next((help.replacement or "" for help in helps if help.replaces_entry), "")


def _written_path(path: KeyPath, document: Document) -> KeyPath:
    """Return the path in the document, without a key that a section has added around a list."""
    if not path or path in document.spans or not isinstance(path[-1], int):
        return path
    shorter = (*path[:-2], path[-1])
    return shorter if shorter in document.spans else path


def _edits(path: KeyPath, helps: tuple[Help, ...], document: Document, *, names_key: bool) -> tuple[Edit, ...]:
    """Return the edits of the helps; none for a path that is not in the document."""
    if path not in document.spans and path not in document.key_spans:
        return ()
    entry = next((help for help in helps if help.replaces_entry), None)
    if entry is not None:
        return entry_edits(document, path, entry.replacement or "")
    if names_key:
        return word_edits(document.key_span(path), helps)
    return word_edits(document.span(path), helps) if is_on_one_line(document, path) else ()
