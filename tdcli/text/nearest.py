"""Find the intended name for an unknown one, by similarity or in tables of other libraries."""

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from tdcli.foreign import rows
from tdcli.text.change import Help

CERTAIN = 0.8
"""At this ratio of `difflib` or higher, a word is certainly a misspelling of a known word."""

_CLOSE = 0.6
_LIKE = 0.7
"""Below this ratio, only words of the same letters are similar: `cvs` and `csv`, but not `acc` and `auc`."""

MOST_LISTED = 200

QUOTES = " \"'`\u00ab\u00bb\u2039\u203a\u2018\u2019\u201a\u201c\u201d\u201e"
"""Quotation marks, including those of word processors and other languages, and the spaces inside them."""


def nearest_name(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most similar to `word`, ignoring case; None if no word is similar.

    Words that contain other numbers, or have another number of parts, mean something else.

    >>> nearest_name("Conv2d", ["Conv1D", "Conv2D", "Dense"])
    'Conv2D'
    >>> nearest_name("zebra", ["Conv2D"]) is None
    True
    >>> nearest_name("Convolution2D", ["ConvLSTM2D"]) is None, nearest_name("acc", ["auc"]) is None
    (True, True)
    """
    by_folded = {name.casefold(): name for name in known}
    folded = word.casefold()
    if folded in by_folded:
        return by_folded[folded]
    close = difflib.get_close_matches(folded, by_folded, n=3, cutoff=_CLOSE)
    return next((by_folded[name] for name in close if _may_be_meant(word, by_folded[name])), None)


def percent_help(value: object) -> Help | None:
    """Return the help to write a percentage as a fraction; None if the value is not a percentage.

    A percentage is a number above 1, or a text with a percent sign.

    >>> [percent_help(value).text for value in ("12.5 %", 20)]
    ['write `0.125`', 'write `0.2` if you mean 20 percent']
    >>> percent_help(1.5), percent_help("same")
    (None, None)
    """
    written = re.fullmatch(r"(\d{1,2}(?:\.\d{1,6})?|100) ?%", value) if isinstance(value, str) else None
    if written:
        text = f"{float(written[1]) / 100:g}"
        return Help(f"write `{text}`", replacement=text)
    if isinstance(value, int | float) and 1 < value < 100 and value == int(value):
        return Help(f"write `{value / 100:g}` if you mean {value:g} percent")
    return None


def suggest(word: str, known: Iterable[str], table: str = "") -> Help:
    """Return the help for an unknown word: its name in a spec, the most similar known word, or all known words.

    `table`: the table of `tdcli.foreign` with the names of other libraries.

    >>> suggest("filtrs", ["filters", "units"]).replacement
    'filters'
    >>> suggest("Convolution2D", ["Conv2D", "ConvLSTM2D"], "layers").replacement
    'Conv2D'
    """
    return _cached_suggestion(word.strip(QUOTES), tuple(known), table)


@lru_cache(maxsize=4096)  # trying other values of a section repeats the errors of its other values
def _cached_suggestion(word: str, known: tuple[str, ...], table: str) -> Help:
    foreign = _foreign_help(word, known, table) if table else None
    if foreign is not None:
        return foreign
    if word.casefold() == "none":
        return Help("remove it, or write `null`, which is YAML for no value")
    close = nearest_name(word, known)
    if close is None:
        more = f" and {len(known) - MOST_LISTED:,} more" if len(known) > MOST_LISTED else ""
        return Help("use one of: " + ", ".join(f"`{name}`" for name in known[:MOST_LISTED]) + more)
    return Help(f"did you mean `{close}`?", replacement=close if is_certain(word, close) else None)


def is_certain(word: str, close: str) -> bool:
    """Return whether a word is certainly a misspelling of a similar known word."""
    same_numbers = _digits_in(word) == _digits_in(close)
    return same_numbers and _similarity(word, close) >= CERTAIN


def _similarity(word: str, close: str) -> float:
    return difflib.SequenceMatcher(None, word.casefold(), close.casefold()).ratio()


def _foreign_help(word: str, known: tuple[str, ...], table: str) -> Help | None:
    same = [name for name in known if rows.fold_name(name) == rows.fold_name(word)]
    if same:
        return Help(f"did you mean `{same[0]}`?", replacement=same[0])
    row = rows.find_name(table, word)
    if row is None:
        return None
    write = next((name for name in row.write if name in known), None)
    return Help(row.help or f"write `{write}`", replacement=write) if row.help or write else None


def _may_be_meant(word: str, close: str) -> bool:
    if _digits_in(word) and _digits_in(word) != _digits_in(close):
        return re.sub("[0-9]", "", word) == re.sub("[0-9]", "", close)
    if _similarity(word, close) < _LIKE and set(word.casefold()) != set(close.casefold()):
        return False
    parts, close_parts = _words_in(word), _words_in(close)
    if len(parts) != len(close_parts):
        return is_certain(word, close) and abs(len(word) - len(close)) <= 2
    return all(difflib.SequenceMatcher(None, *pair).ratio() >= 0.5 for pair in zip(parts, close_parts, strict=True))


def _digits_in(word: str) -> list[str]:
    return re.findall("[0-9]+", word)


def _words_in(word: str) -> list[str]:
    """Return the words in `snake_case` or `CamelCase`, case-folded."""
    spaced = re.sub("([a-z0-9])([A-Z][a-z])", r"\1_\2", word)
    return [part.casefold() for part in re.split("[_ -]", spaced) if part]
