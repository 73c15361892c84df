"""Helps and fixes tried on the document before they are shown: what leads to no fewer faults is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum

from tdcli.plan.diagnosis.explain import MISMATCH_NAMES
from tdcli.text.change import Help, changed
from tdcli.text.diagnostic import Diagnostic, Edit, UserError
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

MOST_TRIED = 20
"""Faults whose helps are tried; those behind them are told as they are, and mended once these are."""

Faults = tuple[Diagnostic, ...]
FaultsOf = Callable[[Document], Faults]


def proven(faults: Faults, document: Document, faults_of: FaultsOf) -> Faults:
    """Return faults or warnings, each with those helps and that fix alone that make it go and bring none as early.

    faults_of: what is said of a changed document; UserError where warnings are looked for and it has faults.
    """
    together = _fixed_together(faults, document, faults_of)
    tried = [_proven(each, faults, document, faults_of, is_fixed=together) for each in faults[:MOST_TRIED]]
    return (*tried, *(each if together else replace(each, fix=()) for each in faults[MOST_TRIED:]))


def _fixed_together(faults: Faults, document: Document, faults_of: FaultsOf) -> bool:
    """Say whether all fixes together mend what each is for: one trial in place of many."""
    fixed = [each for each in faults if each.fix]
    mended = _mended(document, tuple(edit for each in fixed for edit in each.fix))
    if mended is None:
        return False
    try:
        after = faults_of(mended)
    except UserError:
        return False
    return all(leads_on(each, faults, after) for each in fixed)


def leads_on(fault: Diagnostic, before: Faults, after: Faults) -> bool:
    """Say whether a fault has gone, and what came instead lies behind it."""
    past, left = Counter(_key(each) for each in before), Counter(_key(each) for each in after)
    is_gone = left[_key(fault)] < past[_key(fault)]
    return is_gone and not any(_as_early(each, fault) for each in _new(before, after))


def _proven(
    fault: Diagnostic, faults: Faults, document: Document, faults_of: FaultsOf, *, is_fixed: bool
) -> Diagnostic:
    """Try the helps of a fault, and its fix where it is not known to work."""
    trial = _Trial(fault, faults, faults_of)
    mended = None if is_fixed else _mended(document, fault.fix)
    is_fixed = is_fixed or (mended is not None and trial.rank(mended) is not None)
    ranks = {help: _rank(help, document, trial) for help in fault.help}
    best = min((rank for rank in ranks.values() if rank), default=Rank.BELIEVED)
    refuted = {help for help, rank in ranks.items() if rank is None or rank > best > Rank.BELIEVED}
    if mended is not None and not is_fixed:
        refuted |= {help for help in fault.help if isinstance(help, Suggestion) and help.replacement}
    helps = tuple(help for help in fault.help if help not in refuted)
    return replace(fault, fix=fault.fix if is_fixed else (), help=helps)


class Rank(IntEnum):
    """What is known of a help: it was not tried, every layer then fits, or a layer further along does not."""

    BELIEVED = 0
    FITS = 1
    MOVES_ON = 2


@dataclass(frozen=True)
class _Trial:
    """A fault among others, and how to learn what is wrong with a document that a help has changed."""

    fault: Diagnostic
    faults: Faults
    faults_of: FaultsOf

    def rank(self, candidate: Document) -> Rank | None:
        """Return how good a change is; None where it does not lead on."""
        try:
            after = self.faults_of(candidate)
        except UserError:
            return None
        if not leads_on(self.fault, self.faults, after):
            return None
        misfits = [each for each in _new(self.faults, after) if each.name in MISMATCH_NAMES]
        return Rank.MOVES_ON if misfits else Rank.FITS


def _rank(help: str, document: Document, trial: _Trial) -> Rank | None:
    """Try a help that says what it changes; one in words alone is believed."""
    if not (isinstance(help, Help) and help.changes):
        return Rank.BELIEVED
    try:
        return trial.rank(changed(document, help.changes))
    except LookupError:
        return None


def _new(before: Faults, after: Faults) -> list[Diagnostic]:
    past = {_key(each) for each in before}
    return [each for each in after if _key(each) not in past]


def _mended(document: Document, edits: tuple[Edit, ...]) -> Document | None:
    """Return the document with edits in its text; None where there are none, or no YAML comes of it."""
    if not (edits and document.text):
        return None
    try:
        return overridden(parse_document(applied(document.text, edits), document.path), document.settings)
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
    is_before = fault.name in MISMATCH_NAMES and _place(new) < _place(fault)
    leads_nowhere = not new.fix and new.name != "missing-key"  # what a section lacks is seen once it has its name
    return is_before or (_place(new) == _place(fault) and leads_nowhere)


def _stage(fault: Diagnostic) -> int:
    return 0 if fault.name in OF_THE_TEXT else 1 if fault.name in MISMATCH_NAMES else 2


def _place(fault: Diagnostic) -> tuple[int, int]:
    return (fault.span.line, fault.span.column) if fault.span else (0, 0)
