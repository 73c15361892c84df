"""What a faulty value was meant to be: tried in its place before it is told."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import ErrorDetails

from tdcli.text.document import Way
from tdcli.text.literal import meant_by
from tdcli.text.nearest import Suggestion
from tdcli.text.yaml_writer import inline_yaml

Attempt = Callable[[Any], list[ErrorDetails]]
"""Validates a section and returns its faults."""

TRIED = ("wrong-type", "wrong-value", "unknown-layer")
"""The names of faults behind which another value may have been meant."""


def meant_instead(details: ErrorDetails, values: Any, attempt: Attempt) -> Suggestion | None:
    """Return the help to write what was meant at a fault's place; None where nothing that may be meant fits there.

    values: the section as it was written.
    """
    way, written = details["loc"], details["input"]
    fitting = [each for each in _distinct(meant_by(written)) if each != written or isinstance(written, tuple)]
    found = [each for each in (_fitted(each, way, values, attempt) for each in fitting) if each is not _NOTHING]
    if not found:
        return None
    texts = list(dict.fromkeys(inline_yaml(each) for each in found))
    numbers = [each for each in found if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) > 1 and numbers[0] != numbers[1]:
        return Suggestion(f"write `{inline_yaml(numbers[0])}` or `{inline_yaml(numbers[1])}`")
    return Suggestion(f"write `{texts[0]}`", texts[0])


_NOTHING = object()


def _distinct(values: Iterator[Any]) -> list[Any]:
    return list({repr(each): each for each in values}.values())


def _fitted(candidate: Any, way: Way, values: Any, attempt: Attempt) -> Any:
    """Return a candidate that fits, with names of other libraries in it renamed; `_NOTHING` if it does not."""
    for _ in range(3):
        replaced = replaced_at(values, way, candidate)
        faults = [each for each in attempt(replaced) if each["loc"][: len(way)] == way]
        if not faults:
            return candidate
        renamed = _renamed(candidate, faults, len(way))
        if renamed == candidate:
            return _NOTHING
        candidate = renamed
    return _NOTHING


def _renamed(candidate: Any, faults: list[ErrorDetails], depth: int) -> Any:
    for details in faults:
        inner = details["loc"][depth:]
        helps = details.get("ctx", {}).get("help", ())
        certain = [each for each in helps if isinstance(each, Suggestion) and each.replacement and not each.entry]
        if details["type"] in ("unknown-key", "unknown-layer") and certain and inner:
            candidate = _with_key(candidate, inner, str(certain[0].replacement))
    return candidate


def _with_key(node: Any, way: Way, name: str) -> Any:
    """Return the value with another name for the key at the end of the way."""
    if not isinstance(node, dict) or way[0] not in node:
        return node
    if len(way) == 1:
        return {name if key == way[0] else key: value for key, value in node.items()}
    return {key: _with_key(value, way[1:], name) if key == way[0] else value for key, value in node.items()}


def replaced_at(node: Any, way: Way, value: Any) -> Any:
    """Return the mappings and lists with another value at the end of the way; as they are where it leads nowhere."""
    if not way:
        return value
    if isinstance(node, dict) and way[0] in node:
        return {**node, way[0]: replaced_at(node[way[0]], way[1:], value)}
    if isinstance(node, tuple) and isinstance(way[0], int) and way[0] < len(node):
        return (*node[: way[0]], replaced_at(node[way[0]], way[1:], value), *node[way[0] + 1 :])
    return node
