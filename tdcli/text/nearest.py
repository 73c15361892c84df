"""Did you mean ...?"""

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Self

from tdcli.text.registry import module

CERTAIN = 0.8
"""A word this much like a known one is a slip of the pen (`difflib`'s ratio); `nearest` is content with less."""

_CLOSE = 0.6
_LIKE = 0.7
"""Below this only words of the same letters are near: `cvs` and `csv`, and not `acc` and `auc`."""

MOST_LISTED = 200

QUOTES = " \"'`\u00ab\u00bb\u2039\u203a\u2018\u2019\u201a\u201c\u201d\u201e"
"""Quotation marks, those of word processors and of other languages included, and the spaces within them."""


class Suggestion(str):
    """A help text; `replacement` is what to write in place of the word, where that is certain.

    `entry`: it stands in place of the key and its value; an empty one removes them. `gives`: the known key
    that is there once the help is followed.
    """

    __slots__ = ("entry", "gives", "replacement")
    replacement: str | None
    entry: bool
    gives: str

    def __new__(cls, text: str, replacement: str | None = None, *, entry: bool = False, gives: str = "") -> Self:
        """Make the text."""
        made = super().__new__(cls, text)
        made.replacement, made.entry, made.gives = replacement, entry, gives
        return made


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, whatever its case; None if none is close.

    Words with other numbers in them mean something else, and so do words with another number of parts.

    >>> nearest("Conv2d", ["Conv1D", "Conv2D", "Dense"])
    'Conv2D'
    >>> nearest("zebra", ["Conv2D"]) is None
    True
    >>> nearest("Convolution2D", ["ConvLSTM2D"]) is None, nearest("acc", ["auc"]) is None
    (True, True)
    """
    by_folded = {each.casefold(): each for each in known}
    folded = word.casefold()
    if folded in by_folded:
        return by_folded[folded]
    close = difflib.get_close_matches(folded, by_folded, n=3, cutoff=_CLOSE)
    return next((by_folded[each] for each in close if _may_be_meant(word, by_folded[each])), None)


def from_percent(value: object) -> Suggestion | None:
    """Return how to write a share that is given in percent, with a sign or as a number above 1; None for others.

    >>> from_percent("12.5 %"), from_percent(20), from_percent(1.5), from_percent("same")
    ('write `0.125`', 'write `0.2`, if 20 percent are meant', None, None)
    """
    written = re.fullmatch(r"(\d{1,2}(?:\.\d{1,6})?|100) ?%", value) if isinstance(value, str) else None
    if written:
        text = f"{float(written[1]) / 100:g}"
        return Suggestion(f"write `{text}`", text)
    if isinstance(value, int | float) and 1 < value < 100 and value == int(value):
        return Suggestion(f"write `{value / 100:g}`, if {value:g} percent are meant")
    return None


def suggestion(word: str, known: Iterable[str], table: str = "") -> Suggestion:
    """Return a help text for an unknown word: the same name elsewhere, the nearest known one, or the whole list.

    `table`: the table of foreign names in which it may be (`tdcli.foreign`).

    >>> suggestion("filtrs", ["filters", "units"]).replacement
    'filters'
    >>> suggestion("Convolution2D", ["Conv2D", "ConvLSTM2D"], "layers").replacement
    'Conv2D'
    """
    return _suggestion(word.strip(QUOTES), tuple(known), table)


@lru_cache(maxsize=4096)  # a value that is tried in its place brings the faults of its neighbours up again
def _suggestion(word: str, known: tuple[str, ...], table: str) -> Suggestion:
    told = _told(word, known, table) if table else None
    if told is not None:
        return told
    if word.casefold() == "none":
        return Suggestion("remove it, or write `null`, YAML's word for nothing")
    close = nearest(word, known)
    if close is None:
        more = f" and {len(known) - MOST_LISTED:,} more" if len(known) > MOST_LISTED else ""
        return Suggestion("known here: " + ", ".join(f"`{each}`" for each in known[:MOST_LISTED]) + more)
    return Suggestion(f"did you mean `{close}`?", close if is_certain(word, close) else None)


def is_certain(word: str, close: str) -> bool:
    """Say whether a word is a slip of the pen for a known one that is near it."""
    same_numbers = _numbers(word) == _numbers(close)
    return same_numbers and _ratio(word, close) >= CERTAIN


def _ratio(word: str, close: str) -> float:
    return difflib.SequenceMatcher(None, word.casefold(), close.casefold()).ratio()


def _told(word: str, known: tuple[str, ...], table: str) -> Suggestion | None:
    rows = module("tdcli.foreign", "rows")
    if rows is None:  # pragma: no cover (the file is a part of the package)
        return None
    same = [each for each in known if rows.fold(each) == rows.fold(word)]
    if same:
        return Suggestion(f"did you mean `{same[0]}`?", same[0])
    row = rows.name_row(table, word)
    if row is None:
        return None
    write = next((each for each in row.write if each in known), None)
    return Suggestion(row.help or f"write `{write}`", write) if row.help or write else None


def _may_be_meant(word: str, close: str) -> bool:
    if _numbers(word) and _numbers(word) != _numbers(close):
        return re.sub("[0-9]", "", word) == re.sub("[0-9]", "", close)
    if _ratio(word, close) < _LIKE and set(word.casefold()) != set(close.casefold()):
        return False
    apart, near = _parts(word), _parts(close)
    if len(apart) != len(near):
        return is_certain(word, close) and abs(len(word) - len(close)) <= 2
    return all(difflib.SequenceMatcher(None, *pair).ratio() >= 0.5 for pair in zip(apart, near, strict=True))


def _numbers(word: str) -> list[str]:
    return re.findall("[0-9]+", word)


def _parts(word: str) -> list[str]:
    """Return the words of `snake_case` or of `CamelCase`, folded."""
    spaced = re.sub("([a-z0-9])([A-Z][a-z])", r"\1_\2", word)
    return [each.casefold() for each in re.split("[_ -]", spaced) if each]
