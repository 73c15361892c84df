"""Apply the changes that a help describes to a document's values."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tdcli.text.change import Change
from tdcli.text.diagnostic import Span
from tdcli.text.document import Document
from tdcli.text.key_path import KeyPath


def apply_changes(document: Document, changes: Iterable[Change]) -> Document:
    """Return the document after the changes, which are made in order. Spans move with their list items.

    Raises LookupError if a path leads through a value that is neither a mapping nor a list.
    """
    for change in changes:
        values = _set_at(document.values, change.path, change)
        spans, key_spans = _shift_spans(document.spans, change), _shift_spans(document.key_spans, change)
        document = replace(document, values=values, spans=spans, key_spans=key_spans)
    return document


def _set_at(node: Any, path: KeyPath, change: Change) -> Any:
    if not path:
        return change.value
    first, rest = path[0], path[1:]
    if isinstance(first, str) and (isinstance(node, dict) or node is None):
        return {**(node or {}), first: _set_at((node or {}).get(first), rest, change)}
    if isinstance(first, str) and node == first:
        return {first: _set_at(None, rest, change)}
    if isinstance(first, int) and isinstance(node, tuple):
        stays = not rest and change.action == "insert"
        return (*node[:first], *_item(node, first, rest, change), *node[first if stays else first + 1 :])
    raise LookupError(first)


def _item(items: tuple[Any, ...], index: int, rest: KeyPath, change: Change) -> tuple[Any, ...]:
    """Return the items that replace an item."""
    if not rest and change.action == "remove":
        return ()
    return (_set_at(items[index] if rest else None, rest, change),)


def _shift_spans(spans: Mapping[KeyPath, Span], change: Change) -> Mapping[KeyPath, Span]:
    *base, place = change.path
    if change.action == "set" or not isinstance(place, int):
        return spans
    step = 1 if change.action == "insert" else -1
    return {shifted: span for path, span in spans.items() if (shifted := _shift_path(path, tuple(base), place, step))}


def _shift_path(path: KeyPath, base: KeyPath, place: int, step: int) -> KeyPath | None:
    """Return a path after an item was inserted into or removed from the list at `base`; None for a removed item."""
    if path[: len(base)] != base or len(path) == len(base):
        return path
    index = path[len(base)]
    if not isinstance(index, int) or index < place:
        return path
    return None if step < 0 and index == place else (*base, index + step, *path[len(base) + 1 :])
