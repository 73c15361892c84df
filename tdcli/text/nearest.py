"""Did you mean ...?"""

import difflib
from collections.abc import Iterable
from typing import Self

CERTAIN = 0.8
"""A word this much like a known one is a slip of the pen (`difflib`'s ratio); `nearest` is content with less."""

MOST_LISTED = 200


class Suggestion(str):
    """A help text; `replacement` is what to write in place of the word, where that is certain."""

    __slots__ = ("replacement",)
    replacement: str | None

    def __new__(cls, text: str, replacement: str | None = None) -> Self:
        """Make the text."""
        made = super().__new__(cls, text)
        made.replacement = replacement
        return made


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, whatever its case; None if none is close.

    >>> nearest("Conv2d", ["Conv1D", "Conv2D", "Dense"])
    'Conv2D'
    >>> nearest("zebra", ["Conv2D"]) is None
    True
    """
    by_folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def suggestion(word: str, known: Iterable[str]) -> Suggestion:
    """Return a help text for an unknown word: the nearest known one, or the whole list.

    >>> suggestion("filtrs", ["filters", "units"]).replacement
    'filters'
    """
    known = tuple(known)
    close = nearest(word, known)
    if close is None:
        more = f" and {len(known) - MOST_LISTED:,} more" if len(known) > MOST_LISTED else ""
        return Suggestion("known here: " + ", ".join(f"`{each}`" for each in known[:MOST_LISTED]) + more)
    certain = difflib.SequenceMatcher(None, word.casefold(), close.casefold()).ratio() >= CERTAIN
    return Suggestion(f"did you mean `{close}`?", close if certain else None)
