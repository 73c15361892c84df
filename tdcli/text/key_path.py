"""Paths of keys through nested mappings and lists."""

from typing import Any

KeyPath = tuple[str | int, ...]
"""The keys and indices that lead to a value: `("architecture", "cnn", 0, "Conv2D", "filters")`."""


def last_key(path: KeyPath) -> str:
    """Return the last key of a path that is not an index; empty if there is none.

    >>> last_key(("layers", 0, "LSTM", "units", 1)), last_key((3,))
    ('units', '')
    """
    return next((key for key in reversed(path) if isinstance(key, str)), "")


def get_at(node: Any, path: KeyPath) -> Any:
    """Return the value at a path; None if there is none.

    >>> get_at({"layers": ({"LSTM": {"units": 8}},)}, ("layers", 0, "LSTM", "units"))
    8
    """
    for key in path:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def replace_at(node: Any, path: KeyPath, value: Any) -> Any:
    """Return a copy with another value at a path. If the path does not exist, return the node itself.

    >>> replace_at({"a": (1, 2)}, ("a", 1), 5), replace_at({"a": 1}, ("b",), 5)
    ({'a': (1, 5)}, {'a': 1})
    """
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(node, dict) and first in node:
        return {**node, first: replace_at(node[first], rest, value)}
    if isinstance(node, tuple) and isinstance(first, int) and first < len(node):
        return (*node[:first], replace_at(node[first], rest, value), *node[first + 1 :])
    return node
