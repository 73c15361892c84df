"""What a faulty value was meant to be: tried in its place before it is told."""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tdcli.text.document import Way, value_at
from tdcli.text.literal import meant_by
from tdcli.text.nearest import Suggestion
from tdcli.text.registry import module
from tdcli.text.yaml_writer import inline_yaml

Attempt = Callable[[Any], list[ErrorDetails] | None]
"""Validates a section and returns its faults; None where that is not tried any more."""

TRIED = ("wrong-type", "wrong-value", "unknown-layer")
"""The names of faults behind which another value may have been meant."""


MOST_FAULTS = 4000
"""What the attempts for one section may come upon: a spec of many faults is not validated over and over."""

_attempting = ContextVar("attempting", default=False)
"""Whether a section is validated to see whether a value fits; then the sections in it try nothing themselves."""


def attempts_with(validate: Callable[[Any], Any]) -> Attempt:
    """Return what validates a section again with another value, until `MOST_FAULTS` are seen; then nothing fits."""
    seen = [0]

    def attempt(changed: Any) -> list[ErrorDetails] | None:
        if _attempting.get() or seen[0] > MOST_FAULTS:
            return None
        seen[0] += 1
        token = _attempting.set(True)
        try:
            validate(changed)
        except ValidationError as error:
            seen[0] += error.error_count()
            return error.errors()
        finally:
            _attempting.reset(token)
        return []

    return attempt


def left_out(details: ErrorDetails, section: type[BaseModel]) -> Suggestion | None:
    """Return the help for `None` where nothing may stand and a default does."""
    key = details["loc"][0] if len(details["loc"]) == 1 else ""
    field = section.model_fields.get(str(key))
    if details["input"] != "None" or field is None or field.is_required():
        return None
    return Suggestion(f"remove `{key}`; to use its default", "", entry=True)


def meant_instead(details: ErrorDetails, values: Any, title: str, attempt: Attempt) -> Suggestion | None:
    """Return the help to write what was meant at a fault's place; None where nothing that may be meant fits there.

    values: the section as it was written. title: the name of its class.
    """
    way, written = details["loc"], details["input"]
    meant = list(meant_by(written))
    calls = [_call_at(way, *each.popitem()) for each in map(_as_call, meant) if each]
    candidates = [*calls, *meant, *(_by_place(written, title) if not way else ())]
    fitted = [_fitted(each, way, values, attempt) for each in _distinct(candidates)]
    found = [each for each in fitted if each is not _NOTHING and repr(each) != repr(written)]
    if not found:
        return None
    texts = [inline_yaml(each) for each in found]
    numbers = [each for each in found if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) > 1 and numbers[0] != numbers[1]:
        return Suggestion(f"write `{texts[0]}` or `{inline_yaml(numbers[1])}`")
    certain = not (isinstance(written, tuple) and len(written) > 1 and numbers)  # `[0, 1]` may be meant as a range
    return Suggestion(f"write `{texts[0]}`", texts[0] if certain else None)


def _as_call(meant: Any) -> dict[str, Any]:
    """Return a name with its arguments, as a copy; nothing for what is none."""
    is_call = isinstance(meant, dict) and len(meant) == 1 and isinstance(next(iter(meant.values())), dict)
    return dict(meant) if is_call else {}


def _call_at(way: Way, name: str, arguments: dict[str, Any]) -> Any:
    """Return a call as the key over it writes one: the name beside its arguments, or these alone for the key's own."""
    key = next((str(each) for each in reversed(way) if isinstance(each, str)), "")
    if key in ("optimizer", "schedule"):
        return {"name": name, **arguments}
    if key in ("recurrent", "encoder", "decoder"):
        return {"cell": name, **arguments}
    same = key.replace("_", "") == name.casefold() or (key, name) == ("outputs", "Dense")
    return arguments if same else {name: arguments}


def _by_place(written: Any, title: str) -> Iterator[Any]:
    """Yield a mapping for arguments that were given without their names: `Dropout: 0.2`, `Conv2D: [8, 3]`."""
    rows = module("tdcli.foreign", "rows")
    names = rows.positional(title) if rows else ()
    if written is True:
        yield {}
    if not names or isinstance(written, dict | bool) or written is None:
        return
    yield {names[0]: written}
    yield from ({names[0]: each} for each in meant_by(written) if not isinstance(each, dict))
    if isinstance(written, tuple):
        yield dict(zip(names, written, strict=False)) if len(written) <= len(names) else {}


_NOTHING = object()


def _distinct(values: list[Any]) -> list[Any]:
    return list({repr(each): each for each in values}.values())


def _fitted(candidate: Any, way: Way, values: Any, attempt: Attempt) -> Any:
    """Return a candidate that fits, with names of other libraries in it renamed; `_NOTHING` if it does not."""
    for _ in range(3):
        replaced = replaced_at(values, way, candidate)
        found = attempt(replaced)
        if found is None:
            return _NOTHING
        faults = [each for each in found if each["loc"][: len(way)] == way]
        if not faults:
            return candidate
        renamed = _renamed(candidate, faults, len(way))
        if renamed == candidate:
            return _NOTHING
        candidate = renamed
    return _NOTHING


def _renamed(candidate: Any, faults: list[ErrorDetails], depth: int) -> Any:
    """Return the candidate with what is certain of its own faults mended."""
    for details in faults:
        helps = details.get("ctx", {}).get("help", ())
        certain = [each for each in helps if isinstance(each, Suggestion) and each.replacement is not None]
        if certain:
            candidate = _mended(candidate, details["type"], details["loc"][depth:], certain[0])
    return candidate


def _mended(candidate: Any, name: str, way: Way, help: Suggestion) -> Any:
    text = str(help.replacement)
    if name in ("unknown-key", "unknown-layer") and way:
        return candidate if help.entry and text else _with_key(candidate, way, text)
    if way:
        return replaced_at(candidate, way, text)
    if isinstance(candidate, dict) and len(candidate) == 1:
        return dict.fromkeys([text], *candidate.values())
    return text if isinstance(candidate, str) else candidate


def _with_key(node: Any, way: Way, name: str) -> Any:
    """Return the value with another name for the key at the end of the way, or without it where that is empty."""
    if len(way) > 1:
        inner = value_at(node, way[:1])
        return replaced_at(node, way[:1], _with_key(inner, way[1:], name))
    if not isinstance(node, dict) or way[0] not in node:
        return node
    return {name if key == way[0] else key: value for key, value in node.items() if name or key != way[0]}


def replaced_at(node: Any, way: Way, value: Any) -> Any:
    """Return the mappings and lists with another value at the end of the way; as they are where it leads nowhere."""
    if not way:
        return value
    if isinstance(node, dict) and way[0] in node:
        return {**node, way[0]: replaced_at(node[way[0]], way[1:], value)}
    if isinstance(node, tuple) and isinstance(way[0], int) and way[0] < len(node):
        return (*node[: way[0]], replaced_at(node[way[0]], way[1:], value), *node[way[0] + 1 :])
    return node
