"""Translate Pydantic's own errors: the expected type, and a similar value that is valid."""

import re
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from tdcli.text.change import Help
from tdcli.text.nearest import percent_help, suggest
from tdcli.text.violation import describe_value

EXPECTED_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
}
"""Descriptions of the expected types, by the names of Pydantic's errors."""

_EXPECTED_SIZES = {
    "too_short": "a list of {min_length} or more items",
    "too_long": "a list of {max_length} or fewer items",
    "string_too_short": "text of {min_length} or more characters",
    "string_too_long": "text of {max_length} or fewer characters",
    "string_pattern_mismatch": "text that matches `{pattern}`",
}

_SPELLINGS = {
    "int_type": r"[-+]?[0-9]{1,18}",
    "float_type": r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?",
    "bool_type": "true|false",
}
"""How values of the expected types are written."""


def expected(details: ErrorDetails) -> str:
    """Return a description of the valid values: `a whole number`, `greater than 0`."""
    kind = details["type"]
    if kind in EXPECTED_TYPES:
        return EXPECTED_TYPES[kind]
    if kind in _EXPECTED_SIZES:
        return _EXPECTED_SIZES[kind].format_map(details["ctx"])
    return details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")


def describe_requirement(details: ErrorDetails) -> str:
    """Return what is wrong with a value, as the end of a sentence about it: `must be a number, got text "4"`."""
    if details["type"] == "missing":
        return "is missing"
    if details["type"] == "extra_forbidden":
        return "is unknown"
    return f"must be {expected(details)}, got {describe_value(details['input'])}"


def type_helps(details: ErrorDetails) -> tuple[Help, ...]:
    """Suggest the value without quotes, as a whole number, or as a fraction instead of a percentage."""
    value, spelling = details["input"], _SPELLINGS.get(details["type"])
    if isinstance(value, str) and spelling and re.fullmatch(spelling, value):
        return (Help(f"write `{value}` without quotes", replacement=value),)
    if details["type"] == "float_type" and isinstance(value, str) and (share := percent_help(value)):
        return (share,)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return (Help(f"write `{value:.0f}`", replacement=f"{value:.0f}"),)
    return ()


def value_helps(details: ErrorDetails, model: type[BaseModel]) -> tuple[Help, ...]:
    """Suggest the most similar choice, or a fraction instead of a percentage."""
    if details["type"] == "literal_error":
        return _choice_helps(details, choices_at(model, details["loc"]))
    limits = details.get("ctx", {})
    share = percent_help(details["input"]) if 1 in (limits.get("le"), limits.get("lt")) else None
    return (share,) if share else ()


def _choice_helps(details: ErrorDetails, choices: tuple[str, ...]) -> tuple[Help, ...]:
    value = details["input"]
    if not choices or not isinstance(value, str | int):
        return ()
    help = suggest(str(value), choices, str(details["loc"][-1]))
    return (help,) if isinstance(value, str) or not help.text.startswith("use one of") else ()


def choices_at(model: type[BaseModel], path: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the choices of the field at a path of a model, as texts; empty if it has no list of choices."""
    fields = model.model_fields.items()
    found = [field.annotation for name, field in fields if path and path[0] in (name, field.alias)]
    return tuple(str(value) for annotation in found for value in _literals(annotation))


def _literals(annotation: Any) -> tuple[Any, ...]:
    inner = get_args(annotation)
    return inner if get_origin(annotation) is Literal else tuple(value for each in inner for value in _literals(each))
