"""Read the data with a guessed spec, and guess again with what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.guess.core.feedback import GuessFeedback
from tdcli.services.samples.survey import survey
from tdcli.services.specs.compile import compile_document
from tdcli.survey.findings import TargetLeak
from tdcli.survey.outliers import CODES
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_document

if TYPE_CHECKING:
    from tdcli.guess.core.page import Guess
    from tdcli.survey.findings import Survey

MAX_GUESSES = 4

Guesser = Callable[[GuessFeedback], "Guess"]
"""Guesses a spec from the problems that the data showed with the previous guess."""


def refine_guess(guesser: Guesser, data: Path, spec: Path) -> Guess:
    """Return a guess that can read its data, without codes for missing values and without useless features.

    A feature is useless if it never changes or reveals the target. Raises SpecError if no guess can read the data.
    """
    feedback = GuessFeedback()
    for _ in range(MAX_GUESSES):
        guessed = guesser(feedback)
        found = survey(compile_document(parse_document(guessed.text(str(spec)), spec)))
        if found.faults:
            first = found.faults[0]
            raise SpecError.of("nothing-to-guess", f"no spec can be guessed for `{data}`: {first.message}", *first.help)
        more = feedback.merged_with(GuessFeedback(_useless_columns(found), _missing_codes(found)))
        if more == feedback:
            return guessed
        feedback = more
    return guessed


def _missing_codes(found: Survey) -> frozenset[float]:
    """Return common codes for missing values, such as -999, that occur as repeated outliers."""
    values = {outlier.value for column in found.columns for outlier in column.outliers}
    return frozenset(values & {float(code) for code in CODES})


def _useless_columns(found: Survey) -> frozenset[str]:
    """Return columns that never change and features that reveal the target. Encoded texts are `column=value`."""
    features = {each.name for each in found.features if not each.is_target}
    spreads = {each.name: each.parts["train"] for each in found.features}
    constant = {name for name, train in spreads.items() if train.minimum == train.maximum}
    leaking = {each.feature for each in found.warnings if isinstance(each, TargetLeak)}
    return frozenset(constant | (features & leaking))
