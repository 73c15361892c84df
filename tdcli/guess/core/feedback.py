"""What the data show about an earlier guess, for the next one."""

from __future__ import annotations

from typing import NamedTuple


class GuessFeedback(NamedTuple):
    """What to leave out of the next guess.

    `useless`: columns that teach nothing, as `column=value` for a value of an encoded text. `codes`: numbers that
    stand for missing values.
    """

    useless: frozenset[str] = frozenset()
    codes: frozenset[float] = frozenset()

    def merged_with(self, other: GuessFeedback) -> GuessFeedback:
        """Return the feedback of both."""
        return GuessFeedback(self.useless | other.useless, self.codes | other.codes)
