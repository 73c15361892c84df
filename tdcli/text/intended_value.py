"""Find the intended value for an invalid one by validating candidates in its place."""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tdcli.foreign import rows
from tdcli.text.change import Help
from tdcli.text.interpret import interpretations
from tdcli.text.key_path import KeyPath, get_at, last_key, replace_at
from tdcli.text.violation import Violation, violation_of
from tdcli.text.yaml_writer import to_inline_yaml

Attempt = Callable[[Any], list[ErrorDetails] | None]
"""Validates a section with other values and returns its errors; None after too many errors."""

TRIED = ("wrong-type", "wrong-value", "unknown-layer")
"""The names of the violations for which other values are tried."""

MAX_DIAGNOSTICS = 4000
"""The maximum number of errors in all attempts of one section. It limits the time for specs with many errors."""

_attempting = ContextVar("attempting", default=False)
"""Whether a section is validated in an attempt. Its inner sections then make no attempts of their own."""


def attempts_with(validate: Callable[[Any], Any]) -> Attempt:
    """Return a function that validates a section with other values, until it has found `MAX_DIAGNOSTICS` errors."""
    seen = [0]

    def attempt(changed: Any) -> list[ErrorDetails] | None:
        if _attempting.get() or seen[0] > MAX_DIAGNOSTICS:
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


def removal_help(details: ErrorDetails, section: type[BaseModel]) -> Help | None:
    """Return the help to remove a key with the value `None`, if the key does not accept null."""
    key = details["loc"][0] if len(details["loc"]) == 1 else ""
    field = section.model_fields.get(str(key))
    if details["input"] != "None" or field is None or field.is_required():
        return None
    return Help(f"remove `{key}` to use its default", replacement="", replaces_entry=True)


def intended_value_help(details: ErrorDetails, values: Any, title: str, attempt: Attempt) -> Help | None:
    """Return the help to write the intended value; None if no candidate is valid.

    values: the section as written. title: the name of its class.
    """
    path, written = details["loc"], details["input"]
    fitting = [_fit(candidate, path, values, attempt) for candidate in _candidates(written, path, title)]
    found = [value for value in fitting if value is not _NOTHING and repr(value) != repr(written)]
    if not found:
        return None
    texts = [to_inline_yaml(value) for value in found]
    numbers = [value for value in found if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) > 1 and numbers[0] != numbers[1]:
        return Help(f"write `{texts[0]}` or `{to_inline_yaml(numbers[1])}`")
    is_certain = not (isinstance(written, tuple) and len(written) > 1 and numbers)  # `[0, 1]` may be meant as a range
    return Help(f"write `{texts[0]}`", replacement=texts[0] if is_certain else None)


def _candidates(written: Any, path: KeyPath, title: str) -> list[Any]:
    """Return the possible intended values, likeliest first: calls, other notations, positional arguments."""
    meant = list(interpretations(written))
    calls = [_call_at(path, *call.popitem()) for call in map(_as_call, meant) if call]
    candidates = [*calls, *meant, *(_positional_arguments(written, title) if not path else ())]
    return list({repr(candidate): candidate for candidate in candidates}.values())


def _as_call(meant: Any) -> dict[str, Any]:
    """Return a copy of a mapping of one name to its arguments; an empty one for other values."""
    is_call = isinstance(meant, dict) and len(meant) == 1 and isinstance(next(iter(meant.values())), dict)
    return dict(meant) if is_call else {}


def _call_at(path: KeyPath, name: str, arguments: dict[str, Any]) -> Any:
    """Return a call in the form that its key expects: a name with its arguments, or the arguments alone."""
    key = last_key(path)
    if key in ("optimizer", "schedule"):
        return {"name": name, **arguments}
    if key in ("recurrent", "encoder", "decoder"):
        return {"cell": name, **arguments}
    same = key.replace("_", "") == name.casefold() or (key, name) == ("outputs", "Dense")
    return arguments if same else {name: arguments}


def _positional_arguments(written: Any, title: str) -> Iterator[Any]:
    """Yield mappings for arguments that are given without names: `Dropout: 0.2`, `Conv2D: [8, 3]`."""
    names = rows.positional_arguments(title)
    if written is True:
        yield {}
    if not names or isinstance(written, dict | bool) or written is None:
        return
    yield {names[0]: written}
    yield from ({names[0]: value} for value in interpretations(written) if not isinstance(value, dict))
    if isinstance(written, tuple):
        yield dict(zip(names, written, strict=False)) if len(written) <= len(names) else {}


_NOTHING = object()


def _fit(candidate: Any, path: KeyPath, values: Any, attempt: Attempt) -> Any:
    """Return the candidate if it is valid after renaming names of other libraries; otherwise `_NOTHING`."""
    for _ in range(3):
        found = attempt(replace_at(values, path, candidate))
        if found is None:
            return _NOTHING
        errors = [details for details in found if details["loc"][: len(path)] == path]
        if not errors:
            return candidate
        renamed = _apply_certain_helps(candidate, errors, len(path))
        if renamed == candidate:
            return _NOTHING
        candidate = renamed
    return _NOTHING


def _apply_certain_helps(candidate: Any, errors: list[ErrorDetails], depth: int) -> Any:
    """Return the candidate with all certain fixes of its errors applied."""
    for details in errors:
        violation = violation_of(details)
        helps = [help for help in violation.helps if help.replacement is not None] if violation else []
        if violation and helps:
            candidate = _apply_help(candidate, violation, details["loc"][depth:], helps[0])
    return candidate


def _apply_help(candidate: Any, violation: Violation, path: KeyPath, help: Help) -> Any:
    text = str(help.replacement)
    if violation.name in ("unknown-key", "unknown-layer") and path:
        return candidate if help.replaces_entry and text else _rename_key(candidate, path, text)
    if path:
        return replace_at(candidate, path, text)
    if isinstance(candidate, dict) and len(candidate) == 1:
        return dict.fromkeys([text], *candidate.values())
    return text if isinstance(candidate, str) else candidate


def _rename_key(node: Any, path: KeyPath, name: str) -> Any:
    """Return the value with the key at a path renamed, or removed if the name is empty."""
    if len(path) > 1:
        inner = get_at(node, path[:1])
        return replace_at(node, path[:1], _rename_key(inner, path[1:], name))
    if not isinstance(node, dict) or path[0] not in node:
        return node
    return {name if key == path[0] else key: value for key, value in node.items() if name or key != path[0]}
