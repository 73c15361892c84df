"""Make helps about a layer, with the changes of the document that they describe."""

from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.plan.cures.edits import nested_titles
from tdcli.text.change import Change, Help
from tdcli.text.document import Document
from tdcli.text.key_path import KeyPath

CELLS = ("recurrent", "encoder", "decoder")
"""The keys of a kind that hold one recurrent cell or a list of them."""


def is_listed(document: Document, key_path: KeyPath) -> bool:
    """Return whether a layer is in a list of layers, so that other layers can be inserted before it."""
    in_list = len(key_path) > 1 and isinstance(key_path[-1], int) and key_path[-2] not in CELLS
    return in_list and isinstance(document.value_at(key_path[:-1]), tuple)


def arguments_path(document: Document, key_path: KeyPath, layer: Layer) -> KeyPath | None:
    """Return the path to the arguments of the innermost layer; None if they are not written as a mapping."""
    titles = nested_titles(layer)
    named = ((*key_path, *titles), (*key_path, *titles[1:]))
    bare = (
        ()
        if is_listed(document, key_path)
        else (key_path, key_path[:-1] if key_path and isinstance(key_path[-1], int) else key_path)
    )
    return next((place for place in (*named, *bare) if isinstance(document.value_at(place), dict)), None)


def argument_help(text: str, document: Document, key_path: KeyPath, layer: Layer, argument: str, value: Any) -> Help:
    """Return the help that writes an argument into the innermost layer."""
    inner = arguments_path(document, key_path, layer)
    return Help(text, (Change((*inner, argument), value),)) if inner else Help(text)


def wrap_help(text: str, document: Document, key_path: KeyPath) -> Help:
    """Return the help that puts TimeDistributed around a layer."""
    return Help(text, (wrap_change(document, key_path),))


def wrap_change(document: Document, key_path: KeyPath) -> Change:
    """Return the change that puts TimeDistributed around a layer."""
    return Change(key_path, {"TimeDistributed": document.value_at(key_path)})


def unwrap_help(text: str, document: Document, key_path: KeyPath, layer: Wrapper) -> Help:
    """Return the help that removes a wrapper."""
    value = document.value_at((*key_path, layer.title()))
    if isinstance(value, dict):
        value = {key: inner for key, inner in value.items() if key[:1].isupper()}
    return Help(text, (Change(key_path, value),)) if value else Help(text)


def replace_help(text: str, document: Document, key_path: KeyPath, layer: Layer, value: Any) -> Help:
    """Return the help that replaces the innermost layer."""
    titles = nested_titles(layer)[:-1]
    inner = next(
        (place for place in ((*key_path, *titles), (*key_path, *titles[1:])) if document.value_at(place)), key_path
    )
    return Help(text, (Change(inner, value),))


def insert_help(text: str, key_path: KeyPath, layer: Any) -> Help:
    """Return the help that inserts a layer before another one in a list."""
    return Help(text, (Change(key_path, layer, "insert"),))


def remove_help(text: str, *key_paths: KeyPath) -> Help:
    """Return the help that removes layers from a list, the last one first."""
    last_first = sorted(key_paths, reverse=True, key=lambda key_path: key_path[-1])
    return Help(text, tuple(Change(key_path, None, "remove") for key_path in last_first))
