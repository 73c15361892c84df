"""Did you mean ...?"""

import difflib
from collections.abc import Iterable


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


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return a help text for an unknown word: the nearest known one, or the whole list."""
    known = tuple(known)
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else "known here: " + ", ".join(f"`{each}`" for each in known)
