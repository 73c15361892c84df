"""What the data shows about a guess, as input for the next guess."""

from __future__ import annotations

from typing import NamedTuple


class GuessFeedback(NamedTuple):
    """What the next guess must leave out.

    useless: columns from which nothing can be learned; `column=value` for a value of an encoded text. codes: numbers
    that mean missing values.
    """

    useless: frozenset[str] = frozenset()
    codes: frozenset[float] = frozenset()

    def merged_with(self, other: GuessFeedback) -> GuessFeedback:
        """Return the feedback of both."""
        return GuessFeedback(self.useless | other.useless, self.codes | other.codes)
