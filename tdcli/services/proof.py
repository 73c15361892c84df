"""Helps and fixes tried on the document before they are shown: what leads to no fewer faults is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from tdcli.plan.explain import NAMES as OF_THE_CHAIN
from tdcli.text.change import Help, changed
from tdcli.text.diagnostic import Diagnostic, UserError
from tdcli.text.document import Document
from tdcli.text.fix import applied
from tdcli.text.nearest import Suggestion
from tdcli.text.override import overridden
from tdcli.text.yaml_reader import parse_document

OF_THE_TEXT = frozenset(
    (
        "yaml-syntax", "duplicate-key", "duplicate-name", "missing-key", "unknown-key", "unknown-kind", "unknown-layer",
        "wrong-override", "wrong-type", "wrong-value",
    )
)  # fmt: skip
"""Faults of what is written, found before any layer is looked at."""

Faults = tuple[Diagnostic, ...]
FaultsOf = Callable[[Document], Faults]


def proven(faults: Faults, document: Document, faults_of: FaultsOf) -> Faults:
    """Return the faults, each with those helps and that fix alone that make it go and bring none as early."""
    return tuple(_proven(each, faults, document, faults_of) for each in faults)


def proven_warnings(warnings: Faults, document: Document, warnings_of: FaultsOf) -> Faults:
    """Return the same of warnings. `warnings_of` raises UserError for a document that does not hold together."""
    return tuple(_proven(each, warnings, document, warnings_of) for each in warnings)


def leads_on(fault: Diagnostic, before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> bool:
    """Say whether a fault has gone, and what came instead lies behind it."""
    past, left = Counter(_key(each) for each in before), Counter(_key(each) for each in after)
    new = [each for each in after if _key(each) not in past]
    return left[_key(fault)] < past[_key(fault)] and not any(_as_early(each, fault) for each in new)


def _proven(fault: Diagnostic, faults: Faults, document: Document, faults_of: FaultsOf) -> Diagnostic:
    def works(candidate: Document) -> bool:
        try:
            return leads_on(fault, faults, faults_of(candidate))
        except UserError:
            return False

    mended = _mended(document, fault)
    is_fixed = mended is not None and works(mended)
    helps = tuple(
        each for each in fault.help if _stays(each, document, works, is_refuted=bool(mended) and not is_fixed)
    )
    return replace(fault, fix=fault.fix if is_fixed else (), help=helps)


def _stays(help: str, document: Document, works: Callable[[Document], bool], *, is_refuted: bool) -> bool:
    """Say whether a help works; one in words alone is believed. `is_refuted`: the fault's fix was tried in vain."""
    if isinstance(help, Suggestion) and help.replacement:
        return not is_refuted
    if not (isinstance(help, Help) and help.changes):
        return True
    try:
        return works(changed(document, help.changes))
    except LookupError:
        return False


def _mended(document: Document, fault: Diagnostic) -> Document | None:
    """Return the document with the fault's fix in its text; None where there is none, or no YAML comes of it."""
    if not (fault.fix and document.text):
        return None
    try:
        return overridden(parse_document(applied(document.text, fault.fix), document.path), document.settings)
    except UserError:
        return None


def _key(fault: Diagnostic) -> tuple[str, str]:
    return fault.name, fault.message


def _as_early(new: Diagnostic, fault: Diagnostic) -> bool:
    """Say whether a fault is found before another, or at its place without a certain way on."""
    if _stage(new) != _stage(fault):
        return _stage(new) < _stage(fault)
    if new.name in ("yaml-syntax", "duplicate-key"):
        return True
    is_before = fault.name in OF_THE_CHAIN and _place(new) < _place(fault)
    return is_before or (_place(new) == _place(fault) and not new.fix)


def _stage(fault: Diagnostic) -> int:
    return 0 if fault.name in OF_THE_TEXT else 1 if fault.name in OF_THE_CHAIN else 2


def _place(fault: Diagnostic) -> tuple[int, int]:
    return (fault.span.line, fault.span.column) if fault.span else (0, 0)
