"""A value near one that is faulty: without its quotes, a known word, a share in place of percent."""

import re

from pydantic_core import ErrorDetails

from tdcli.text.nearest import Suggestion, from_percent, suggestion

_SPELLINGS = {
    "int_type": r"[-+]?[0-9]{1,18}",
    "float_type": r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?",
    "bool_type": "true|false",
}
"""How a value of the wanted type is spelt."""


def of_type(details: ErrorDetails) -> tuple[Suggestion, ...]:
    """Suggest the value itself where it stands in quotes, or is a whole number with a point."""
    value, spelling = details["input"], _SPELLINGS.get(details["type"])
    if isinstance(value, str) and spelling and re.fullmatch(spelling, value):
        return (Suggestion(f"write `{value}` without quotes", value),)
    if details["type"] == "float_type" and isinstance(value, str) and (share := from_percent(value)):
        return (share,)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return (Suggestion(f"write `{value:.0f}`", f"{value:.0f}"),)
    return ()


def of_value(details: ErrorDetails) -> tuple[str, ...]:
    """Suggest a value of the right type that is allowed: a known word near it, or a share in place of percent."""
    return (*_near_literal(details), *_share(details))


def _share(details: ErrorDetails) -> tuple[Suggestion, ...]:
    """Suggest a share in place of percent, where 1 is the most."""
    limits = details.get("ctx", {})
    found = from_percent(details["input"]) if 1 in (limits.get("le"), limits.get("lt")) else None
    return (found,) if found else ()


def _near_literal(details: ErrorDetails) -> tuple[str, ...]:
    if details["type"] != "literal_error" or not isinstance(details["input"], str | int):
        return ()
    known = details["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    help = suggestion(str(details["input"]), known, str(details["loc"][-1]))
    return (help,) if isinstance(details["input"], str) or not help.startswith("known") else ()
