"""What a help says to write, as changes of a document's values that can be tried."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple, Self

from tdcli.text.diagnostic import Span
from tdcli.text.document import Document, Way


class Change(NamedTuple):
    """A value set at a way, inserted into a list before what stands there, or taken out of its list."""

    way: Way
    value: Any = None
    action: Literal["set", "insert", "remove"] = "set"


class Help(str):
    """A help text; `changes` are what it says to write, empty where only its reader knows the values."""

    __slots__ = ("changes",)
    changes: tuple[Change, ...]

    def __new__(cls, text: str, *changes: Change) -> Self:
        """Make the text."""
        made = super().__new__(cls, text)
        made.changes = changes
        return made


def frozen(value: Any) -> Any:
    """Return a value as a document holds it: lists as tuples."""
    if isinstance(value, dict):
        return {key: frozen(each) for key, each in value.items()}
    return tuple(frozen(each) for each in value) if isinstance(value, list) else value


def changed(document: Document, changes: Iterable[Change]) -> Document:
    """Return the document with the changes made one after the other; spans move with their list items.

    Raises LookupError where a way leads through something that is neither a mapping nor a list.
    """
    for change in changes:
        values = _changed(document.values, change.way, change)
        spans, key_spans = _moved(document.spans, change), _moved(document.key_spans, change)
        document = replace(document, values=values, spans=spans, key_spans=key_spans)
    return document


def _changed(node: Any, way: Way, change: Change) -> Any:
    if not way:
        return change.value
    first, rest = way[0], way[1:]
    if isinstance(first, str) and (isinstance(node, dict) or node is None):
        return {**(node or {}), first: _changed((node or {}).get(first), rest, change)}
    if isinstance(first, str) and node == first:
        return {first: _changed(None, rest, change)}
    if isinstance(first, int) and isinstance(node, tuple):
        stays = not rest and change.action == "insert"
        return (*node[:first], *_item(node, first, rest, change), *node[first if stays else first + 1 :])
    raise LookupError(first)


def _item(items: tuple[Any, ...], index: int, rest: Way, change: Change) -> tuple[Any, ...]:
    """Return what stands at the place of an item."""
    if not rest and change.action == "remove":
        return ()
    return (_changed(items[index] if rest else None, rest, change),)


def _moved(spans: Mapping[Way, Span], change: Change) -> Mapping[Way, Span]:
    *base, place = change.way
    if change.action == "set" or not isinstance(place, int):
        return spans
    step = 1 if change.action == "insert" else -1
    return {
        moved: span for way, span in spans.items() if (moved := _shifted(way, tuple(base), place, step)) is not None
    }


def _shifted(way: Way, base: Way, place: int, step: int) -> Way | None:
    """Return the way after a list item before it came or went; None for the item that went."""
    if way[: len(base)] != base or len(way) == len(base):
        return way
    index = way[len(base)]
    if not isinstance(index, int) or index < place:
        return way
    return None if step < 0 and index == place else (*base, index + step, *way[len(base) + 1 :])
