"""What the data of an earlier guess told."""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    """Columns that teach nothing, of encoded texts as `column=value`; numbers that stand for what was not measured."""

    useless: frozenset[str] = frozenset()
    codes: frozenset[float] = frozenset()

    def and_also(self, other: Told) -> Told:
        """Return what both tell."""
        return Told(self.useless | other.useless, self.codes | other.codes)
