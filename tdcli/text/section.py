"""Sections of a document: Pydantic models whose faults become diagnostics with a place."""

import re
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from tdcli.text.diagnostic import Diagnostic, in_file_order
from tdcli.text.document import Document
from tdcli.text.fix import replacement
from tdcli.text.nearest import Suggestion, nearest, suggestion

POINTS_AT_KEY = ("unknown-key", "missing-key", "unknown-layer")


class Section(BaseModel):
    """A frozen part of a document. Unknown keys are faults; numbers are never read out of text."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    meanings: ClassVar[dict[str, str]] = {}
    """What the keys of this class mean, with their units: for the filled spec and for editors."""

    @classmethod
    def meaning(cls, key: str) -> str:
        """Return what a key means; empty where nothing is said of it."""
        return next((vars(each)["meanings"][key] for each in cls.__mro__ if key in vars(each).get("meanings", {})), "")

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            keys = _Keys(tuple(values) if isinstance(values, dict) else (), tuple(cls.model_fields))
            raise _rebuilt(error, lambda details: _translated(details, keys)) from None


def fault(name: str, message: str, *help: str) -> PydanticCustomError:
    """Make the error that a validator raises: it becomes the diagnostic `name`."""
    return PydanticCustomError(name, message, {"help": help})


def fault_at(key: str, error: PydanticCustomError) -> ValidationError:
    """Return the error as one of the value under `key`, for a validator that sees the whole mapping."""
    return ValidationError.from_exception_data("", [InitErrorDetails(type=error, loc=(key,), input=None)])


def under(key: str, error: ValidationError) -> ValidationError:
    """Return the error with `key` put before the way to each fault.

    For a value such as `{Conv2D: {filters: 32}}`, whose inner mapping was validated alone.
    """
    return _rebuilt(error, lambda details: (_custom(details), (key, *details["loc"])))


def diagnostics(error: ValidationError, document: Document) -> tuple[Diagnostic, ...]:
    """Give each fault of a validated document its place, in file order."""
    return in_file_order(_placed(details, document) for details in error.errors())


def _placed(details: ErrorDetails, document: Document) -> Diagnostic:
    name, way = details["type"], details["loc"]
    at_key = name in POINTS_AT_KEY or isinstance(details["input"], dict | tuple)
    span = document.key_span(way) if at_key else document.span(way)
    message = details["msg"].replace(_NAMELESS, _last_key(way, _NAMELESS), 1)
    helps = tuple(details.get("ctx", {}).get("help", ()))
    return Diagnostic(name, message, span, help=helps, fix=replacement(span, helps))


_NAMELESS = "this section"
"""What a section calls itself as long as it does not know under which key it stands."""


def _last_key(way: tuple[int | str, ...], otherwise: str) -> str:
    return next((f"`{each}`" for each in reversed(way) if isinstance(each, str)), otherwise)


def _rebuilt(error: ValidationError, change: Any) -> ValidationError:
    lines = []
    for details in (each for each in error.errors() if not _is_consequence(each)):
        changed = change(details)
        if changed:
            lines.append(InitErrorDetails(type=changed[0], loc=changed[1], input=details["input"]))
    return ValidationError.from_exception_data(error.title, lines)


def _is_consequence(details: ErrorDetails) -> bool:
    """Say whether a list is called too short for its faulty items alone, which Pydantic leaves out of the count."""
    limit = details.get("ctx", {}).get("min_length")
    return details["type"] == "too_short" and isinstance(limit, int) and len(details["input"]) >= limit


def _custom(details: ErrorDetails) -> PydanticCustomError:
    return fault(details["type"], details["msg"], *details.get("ctx", {}).get("help", ()))


class _Keys(NamedTuple):
    """The keys that a section was given, and those that it knows."""

    given: tuple[str, ...]
    known: tuple[str, ...]

    @property
    def misspelt(self) -> set[str | None]:
        """The known keys that are there under another name."""
        return {self.suggestion(key).replacement for key in self.given if key not in self.known}

    def suggestion(self, key: str) -> Suggestion:
        """Return a help text for an unknown key."""
        close = nearest(key, self.known)
        if close in self.given:
            return Suggestion(f"`{close}` is given as well; remove one of the two")
        return suggestion(key, self.known)


def _translated(details: ErrorDetails, keys: _Keys) -> tuple[PydanticCustomError, tuple[int | str, ...]] | None:
    """Say one of Pydantic's errors in the project's words; its own errors pass as they are.

    None for a key that is called missing and is there, misspelt.
    """
    kind, way = details["type"], details["loc"]
    if "url" not in details:
        return _custom(details), way
    key = _last_key(way, _NAMELESS)
    if kind == "extra_forbidden":
        return fault("unknown-key", f"unknown key {key}", keys.suggestion(str(way[-1]))), way
    if kind == "missing" and way[-1] in keys.misspelt:
        return None
    if kind == "missing":
        return fault("missing-key", f"{key} is missing", f"write {key[:-1]}: ...` here"), way[:-1]
    said = f"{key} must be {_wanted(details)}, got {described(details['input'])}"
    if kind in _WANTED:
        return fault("wrong-type", said, *_unquoted(details)), way
    return fault("wrong-value", said, *_near_literal(details)), way


def requirement(details: ErrorDetails) -> str:
    """Return what is wrong with a value, behind its key: `must be a number, got text "4"`."""
    if details["type"] == "missing":
        return "is missing"
    if details["type"] == "extra_forbidden":
        return "is not known"
    return f"must be {_wanted(details)}, got {described(details['input'])}"


def _wanted(details: ErrorDetails) -> str:
    kind = details["type"]
    limit = _LIMITS.get(kind, "").format_map(details.get("ctx", {}))
    return _WANTED.get(kind) or limit or details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")


_WANTED = {
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

_LIMITS = {
    "too_short": "a list of {min_length} or more",
    "too_long": "a list of {max_length} or fewer",
    "string_too_short": "text of {min_length} or more characters",
    "string_too_long": "text of {max_length} or fewer characters",
    "string_pattern_mismatch": "text that matches `{pattern}`",
}


_SPELLINGS = {
    "int_type": r"[-+]?[0-9]{1,18}",
    "float_type": r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?",
    "bool_type": "true|false",
}
"""How a value of the wanted type is spelt."""


def _unquoted(details: ErrorDetails) -> tuple[Suggestion, ...]:
    """Suggest the value itself where it stands in quotes, or is a whole number with a point."""
    value, spelling = details["input"], _SPELLINGS.get(details["type"])
    if isinstance(value, str) and spelling and re.fullmatch(spelling, value):
        return (Suggestion(f"write `{value}` without quotes", value),)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return (Suggestion(f"write `{value:.0f}`", f"{value:.0f}"),)
    return ()


def _near_literal(details: ErrorDetails) -> tuple[str, ...]:
    if details["type"] != "literal_error" or not isinstance(details["input"], str):
        return ()
    known = details["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    return (suggestion(details["input"], known),)


def described(value: Any) -> str:
    """Name a value as a user sees it: YAML's words, not Python's.

    >>> described("4"), described(None), described((1, 2))
    ('text "4"', 'nothing', 'a list of 2')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, tuple | list):
        return f"a list of {len(value)}"
    return f'text "{" ".join(value.split())[:60]}"' if isinstance(value, str) else f"{value}"
