"""Helps about a layer, with changes of the document that can be tried."""

from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.plan.cures.edits import nested_titles
from tdcli.text.change import Change, Help
from tdcli.text.document import Document
from tdcli.text.key_path import KeyPath

CELLS = ("recurrent", "encoder", "decoder")
"""The keys of a kind that hold one recurrent cell or a list of them."""


def is_listed(document: Document, way: KeyPath) -> bool:
    """Return whether a layer is in a list of layers, so that others can be put before it."""
    in_list = len(way) > 1 and isinstance(way[-1], int) and way[-2] not in CELLS
    return in_list and isinstance(document.value_at(way[:-1]), tuple)


def arguments_way(document: Document, way: KeyPath, layer: Layer) -> KeyPath | None:
    """Return the way to the arguments of the innermost layer; None where the spec does not write them as a mapping."""
    titles = nested_titles(layer)
    named = ((*way, *titles), (*way, *titles[1:]))
    bare = () if is_listed(document, way) else (way, way[:-1] if way and isinstance(way[-1], int) else way)
    return next((place for place in (*named, *bare) if isinstance(document.value_at(place), dict)), None)


def argument_help(text: str, document: Document, way: KeyPath, layer: Layer, argument: str, value: Any) -> Help:
    """Return the help that writes an argument into the innermost layer."""
    inner = arguments_way(document, way, layer)
    return Help(text, (Change((*inner, argument), value),)) if inner else Help(text)


def wrap_help(text: str, document: Document, way: KeyPath) -> Help:
    """Return the help that puts TimeDistributed around a layer."""
    return Help(text, (wrap_change(document, way),))


def wrap_change(document: Document, way: KeyPath) -> Change:
    """Return the change that puts TimeDistributed around a layer."""
    return Change(way, {"TimeDistributed": document.value_at(way)})


def unwrap_help(text: str, document: Document, way: KeyPath, layer: Wrapper) -> Help:
    """Return the help that leaves a wrapper out."""
    value = document.value_at((*way, layer.title()))
    if isinstance(value, dict):
        value = {key: inner for key, inner in value.items() if key[:1].isupper()}
    return Help(text, (Change(way, value),)) if value else Help(text)


def replace_help(text: str, document: Document, way: KeyPath, layer: Layer, value: Any) -> Help:
    """Return the help that puts another layer in place of the innermost one."""
    titles = nested_titles(layer)[:-1]
    inner = next((place for place in ((*way, *titles), (*way, *titles[1:])) if document.value_at(place)), way)
    return Help(text, (Change(inner, value),))


def insert_help(text: str, way: KeyPath, layer: Any) -> Help:
    """Return the help that puts a layer before another in a list."""
    return Help(text, (Change(way, layer, "insert"),))


def remove_help(text: str, *ways: KeyPath) -> Help:
    """Return the help that leaves layers of a list out, the last of them first."""
    last_first = sorted(ways, reverse=True, key=lambda way: way[-1])
    return Help(text, tuple(Change(way, None, "remove") for way in last_first))
