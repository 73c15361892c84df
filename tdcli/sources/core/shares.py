"""Check the targets of softmax outputs: proportions that sum to 1."""

from __future__ import annotations

from collections.abc import Sequence

from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_numbers, outputs_for_yes_or_no
from tdcli.sources.core.section import DataDiagnostic
from tdcli.text.key_path import KeyPath

OF_DIRECTIONS = "cosine_similarity"
"""A loss that does not depend on the magnitude of the targets."""

TOLERATED = 0.05
"""How far a row's sum may be from 1, because proportions are rounded; also the fraction of rows that may exceed it."""


def compares_shares(signature: Signature) -> bool:
    """Return whether each row of the targets must sum to 1, as the outputs do."""
    return signature.sums_to_one and signature.takes == "numbers" and signature.loss != OF_DIRECTIONS


def are_fractions(rows: Sequence[Sequence[float]]) -> bool:
    """Return whether all numbers are from 0 to 1, and some are in between. These are not classes."""
    values = [value for row in rows for value in row]
    return bool(values) and all(0 <= value <= 1 for value in values) and any(0 < value < 1 for value in values)


def diagnose_shares(
    rows: Sequence[Sequence[float]], signature: Signature, key_path: KeyPath = ()
) -> DataDiagnostic | None:
    """Report targets `(rows, units)` of softmax outputs that do not sum to 1, by the first such row."""
    wrong = [row for row in rows if abs(sum(row) - 1) > TOLERATED]
    if len(wrong) <= TOLERATED * len(rows) or len(wrong[0]) != signature.units:
        return None
    odd = wrong[0]
    shown = ", ".join(f"{value:.4g}" for value in odd[:4]) + (", ..." if len(odd) > 4 else "")
    message = f"`{signature.activation}` outputs sum to 1, but the targets `{shown}` sum to {sum(odd):.4g}"
    why = "softmax outputs are proportions of a whole, so no training can make them match these targets"
    return DataDiagnostic(key_path, "target-mismatch", message, why, tuple(_share_helps(wrong, signature)))


def _share_helps(rows: Sequence[Sequence[float]], signature: Signature) -> list[str]:
    if all(value in (0, 1) for row in rows for value in row):
        return [f"{outputs_for_yes_or_no(signature)} and `loss: binary_crossentropy` if several classes can be true"]
    if are_fractions(rows):
        return [f"{outputs_for_yes_or_no(signature)} and `loss: mse` for numbers from 0 to 1"]
    numbers = f"{outputs_for_numbers(signature)} for numbers of any size"
    percent = all(abs(sum(row) - 100) <= 100 * TOLERATED for row in rows)
    return ["divide the targets by 100", numbers] if percent else [numbers]
