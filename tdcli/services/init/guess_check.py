"""A guessed spec, tried on its data before anyone reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.guess.core.told import Told
from tdcli.services.samples.survey import survey
from tdcli.services.specs.compile import compile_document
from tdcli.survey.findings import TargetLeak
from tdcli.survey.outliers import CODES
from tdcli.text.diagnostic import UserError
from tdcli.text.yaml_reader import parse_document

if TYPE_CHECKING:
    from tdcli.guess.core.page import Guess
    from tdcli.survey.findings import Survey

MOST_TRIES = 4

Guesser = Callable[[Told], "Guess"]
"""What makes a spec of what the data told of the one before."""


def settled(guesser: Guesser, data: Path, spec: Path) -> Guess:
    """Return a guess whose data can be read, without features that teach nothing or tell the target, and codes.

    Raises UserError where the data cannot be read by what was guessed.
    """
    told = Told()
    for _ in range(MOST_TRIES):
        guessed = guesser(told)
        found = survey(compile_document(parse_document(guessed.text(str(spec)), spec)))
        if found.faults:
            first = found.faults[0]
            raise UserError.of("nothing-to-guess", f"no spec was found for `{data}`: {first.message}", *first.help)
        more = told.and_also(Told(_useless(found), _codes(found)))
        if more == told:
            return guessed
        told = more
    return guessed


def _codes(found: Survey) -> frozenset[float]:
    """Return the usual codes for what was not measured among the values far outside that repeat."""
    values = {each.value for column in found.columns for each in column.outliers}
    return frozenset(values & {float(code) for code in CODES})


def _useless(found: Survey) -> frozenset[str]:
    """Return columns that never change and features that tell the target; of an encoded text as `column=value`."""
    features = {each.name for each in found.features if not each.is_target}
    spreads = {each.name: each.parts["train"] for each in found.features}
    constant = {name for name, train in spreads.items() if train.minimum == train.maximum}
    leaking = {each.feature for each in found.warnings if isinstance(each, TargetLeak)}
    return frozenset(constant | (features & leaking))
