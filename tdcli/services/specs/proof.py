"""Try help texts and fixes on the document before they are shown, and drop those that do not remove their error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum

from tdcli.plan.diagnosis.explain import MISMATCH_NAMES
from tdcli.text.apply_changes import apply_changes
from tdcli.text.change import Help
from tdcli.text.diagnostic import Diagnostic, Edit
from tdcli.text.document import Document
from tdcli.text.edits import apply_edits
from tdcli.text.errors import SpecError
from tdcli.text.override import apply_settings
from tdcli.text.yaml_reader import parse_document

TEXT_ERRORS = frozenset(
    (
        "yaml-syntax", "duplicate-key", "duplicate-name", "missing-key", "unknown-key", "unknown-kind", "unknown-layer",
        "wrong-override", "wrong-type", "wrong-value",
    )
)  # fmt: skip
"""Errors in the text of a spec, which are found before the layers are checked."""

MAX_TRIED = 20
"""How many diagnostics have their help texts tried. Later ones are tried once these are fixed."""

Diagnostics = tuple[Diagnostic, ...]
Diagnose = Callable[[Document], Diagnostics]


def verify_helps(found: Diagnostics, document: Document, diagnose: Diagnose) -> Diagnostics:
    """Return errors or warnings, with only those help texts and fixes that remove them and cause no earlier one.

    diagnose: returns the diagnostics of a changed document. It may raise SpecError for errors if `found` are warnings.
    """
    together = _are_fixed_together(found, document, diagnose)
    tried = [_verify(each, found, document, diagnose, is_fixed=together) for each in found[:MAX_TRIED]]
    return (*tried, *(each if together else replace(each, fix=()) for each in found[MAX_TRIED:]))


def _are_fixed_together(found: Diagnostics, document: Document, diagnose: Diagnose) -> bool:
    """Return whether all fixes work together, which needs one trial instead of many."""
    fixable = [each for each in found if each.fix]
    fixed = _apply_edits(document, tuple(edit for each in fixable for edit in each.fix))
    if fixed is None:
        return False
    try:
        after = diagnose(fixed)
    except SpecError:
        return False
    return all(is_resolved(each, found, after) for each in fixable)


def is_resolved(diagnostic: Diagnostic, before: Diagnostics, after: Diagnostics) -> bool:
    """Return whether a diagnostic is gone, and no new one is found earlier or in its place."""
    old, left = Counter(_identity(each) for each in before), Counter(_identity(each) for each in after)
    is_gone = left[_identity(diagnostic)] < old[_identity(diagnostic)]
    return is_gone and not any(_is_as_early(each, diagnostic) for each in _new(before, after))


def _verify(
    diagnostic: Diagnostic, diagnostics: Diagnostics, document: Document, diagnose: Diagnose, *, is_fixed: bool
) -> Diagnostic:
    """Try the help texts of a diagnostic, and its fix unless it is known to work."""
    trial = _HelpTrial(diagnostic, diagnostics, diagnose)
    mended = None if is_fixed else _apply_edits(document, diagnostic.fix)
    is_fixed = is_fixed or (mended is not None and trial.rank(mended) is not None)
    helps = _best_helps(diagnostic.helps, document, trial)
    if mended is not None and not is_fixed:
        helps = tuple(help for help in helps if not help.replacement)
    return replace(diagnostic, fix=diagnostic.fix if is_fixed else (), helps=helps)


def _best_helps(helps: tuple[Help, ...], document: Document, trial: _HelpTrial) -> tuple[Help, ...]:
    """Return the help texts with the best result, and those that cannot be tried."""
    ranks = [_try_help(help, document, trial) for help in helps]
    best = min((rank for rank in ranks if rank), default=Rank.BELIEVED)
    kept = [rank is not None and (rank <= best or best == Rank.BELIEVED) for rank in ranks]
    return tuple(help for help, is_kept in zip(helps, kept, strict=True) if is_kept)


class Rank(IntEnum):
    """The result of a help text: it was not tried, every layer then fits, or a later layer does not fit."""

    BELIEVED = 0
    FITS = 1
    MOVES_ON = 2


@dataclass(frozen=True)
class _HelpTrial:
    """A diagnostic among others, and a function that diagnoses a document changed by a help text."""

    diagnostic: Diagnostic
    diagnostics: Diagnostics
    diagnose: Diagnose

    def rank(self, candidate: Document) -> Rank | None:
        """Return how good a change is, or None if it does not remove the diagnostic."""
        try:
            after = self.diagnose(candidate)
        except SpecError:
            return None
        if not is_resolved(self.diagnostic, self.diagnostics, after):
            return None
        misfits = [each for each in _new(self.diagnostics, after) if each.name in MISMATCH_NAMES]
        return Rank.MOVES_ON if misfits else Rank.FITS


def _try_help(help: Help, document: Document, trial: _HelpTrial) -> Rank | None:
    """Try a help text. One without machine-readable changes is assumed to work."""
    if not help.changes:
        return Rank.BELIEVED
    try:
        return trial.rank(apply_changes(document, help.changes))
    except LookupError:
        return None


def _new(before: Diagnostics, after: Diagnostics) -> list[Diagnostic]:
    old = {_identity(each) for each in before}
    return [each for each in after if _identity(each) not in old]


def _apply_edits(document: Document, edits: tuple[Edit, ...]) -> Document | None:
    """Return the document with edits in its text, or None if there are no edits or the result is not YAML."""
    if not (edits and document.text):
        return None
    try:
        return apply_settings(parse_document(apply_edits(document.text, edits), document.path), document.settings)
    except SpecError:
        return None


def _identity(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.name, diagnostic.message


def _is_as_early(new: Diagnostic, old: Diagnostic) -> bool:
    """Return whether a new diagnostic is found before an old one, or at the same position without a fix."""
    if _stage(new) != _stage(old):
        return _stage(new) < _stage(old)
    if new.name in ("yaml-syntax", "duplicate-key"):
        return True
    is_before = old.name in MISMATCH_NAMES and _position(new) < _position(old)
    leads_nowhere = (
        not new.fix and new.name != "missing-key"
    )  # missing keys of a section are reported once its kind is known
    return is_before or (_position(new) == _position(old) and leads_nowhere)


def _stage(diagnostic: Diagnostic) -> int:
    return 0 if diagnostic.name in TEXT_ERRORS else 1 if diagnostic.name in MISMATCH_NAMES else 2


def _position(diagnostic: Diagnostic) -> tuple[int, int]:
    return (diagnostic.span.line, diagnostic.span.column) if diagnostic.span else (0, 0)
