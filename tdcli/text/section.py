"""Sections of a document: Pydantic models whose faults become diagnostics with a place."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from tdcli.text.diagnostic import Diagnostic, Edit, in_file_order
from tdcli.text.document import Document, Way
from tdcli.text.entry import entry_edits, is_on_one_line
from tdcli.text.fix import replacement
from tdcli.text.keys import Keys
from tdcli.text.near_value import of_type, of_value
from tdcli.text.nearest import Suggestion
from tdcli.text.trial import TRIED, Attempt, attempts_with, left_out, meant_instead

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
            keys = Keys(values if isinstance(values, dict) else {}, tuple(cls.model_fields), _titles(cls))
            told = _rebuilt(error, lambda details: _translated(details, keys))
            attempt = attempts_with(handler)
            raise _rebuilt(told, lambda details: _with_meant(details, values, cls, attempt)) from None


def _titles(section: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of a section's class and its bases, by which tables of foreign keys are found."""
    return tuple(each.__name__ for each in section.__mro__)


def fault(name: str, message: str, *help: str) -> PydanticCustomError:
    """Make the error that a validator raises: it becomes the diagnostic `name`."""
    return PydanticCustomError(name, message, {"help": help})


def fault_at(key: str | tuple[str, ...], error: PydanticCustomError, value: Any = None) -> ValidationError:
    """Return the error as one of the value under a key or a way, for a validator that sees the whole mapping."""
    way = key if isinstance(key, tuple) else (key,)
    return ValidationError.from_exception_data("", [InitErrorDetails(type=error, loc=way, input=value)])


def faults_at(errors: Mapping[str, PydanticCustomError], values: Mapping[str, Any]) -> ValidationError:
    """Return the errors as those of the values under their keys."""
    lines = [InitErrorDetails(type=error, loc=(key,), input=values.get(key)) for key, error in errors.items()]
    return ValidationError.from_exception_data("", lines)


def joined(*errors: ValidationError) -> ValidationError:
    """Return the faults of several errors as one error."""
    found = [details for error in errors for details in error.errors()]
    lines = [InitErrorDetails(type=_custom(each), loc=each["loc"], input=each["input"]) for each in found]
    return ValidationError.from_exception_data("", lines)


def under(key: str, error: ValidationError) -> ValidationError:
    """Return the error with `key` put before the way to each fault.

    For a value such as `{Conv2D: {filters: 32}}`, whose inner mapping was validated alone.
    """
    return _rebuilt(error, lambda details: (_custom(details), (key, *details["loc"])))


def with_help(error: ValidationError, way: Way, *help: str) -> ValidationError:
    """Return the error with other helps for the fault at a way."""
    return _rebuilt(error, lambda details: (_helped(details, way, help), details["loc"]))


def _helped(details: ErrorDetails, way: Way, help: tuple[str, ...]) -> PydanticCustomError:
    return fault(details["type"], details["msg"], *help) if details["loc"] == way else _custom(details)


def without_first(error: ValidationError) -> ValidationError:
    """Return the error with the first key taken off the way to each fault."""
    return _rebuilt(error, lambda details: (_custom(details), details["loc"][1:]))


def diagnostics(error: ValidationError, document: Document) -> tuple[Diagnostic, ...]:
    """Give each fault of a validated document its place, in file order."""
    return in_file_order(_placed(details, document) for details in error.errors())


def _placed(details: ErrorDetails, document: Document) -> Diagnostic:
    name, way = details["type"], _written_way(details["loc"], document)
    names_key = name in POINTS_AT_KEY and not (name == "unknown-layer" and isinstance(details["input"], str))
    at_key = names_key or isinstance(details["input"], dict | tuple)
    span = document.key_span(way) if at_key else document.span(way)
    message = details["msg"].replace(_NAMELESS, _last_key(way, _NAMELESS), 1)
    helps = tuple(details.get("ctx", {}).get("help", ()))
    return Diagnostic(name, message, span, help=helps, fix=_edits(way, helps, document, names_key=names_key))


def _written_way(way: Way, document: Document) -> Way:
    """Return the way as the document has it: an item of a bare list without the key that a section put in."""
    if not way or way in document.spans or not isinstance(way[-1], int):
        return way
    shorter = (*way[:-2], way[-1])
    return shorter if shorter in document.spans else way


def _edits(way: Way, helps: tuple[str, ...], document: Document, *, names_key: bool) -> tuple[Edit, ...]:
    """Return the edits of the helps; none at a place that stands for another one, which is not written."""
    if way not in document.spans and way not in document.key_spans:
        return ()
    entry = next((each for each in helps if isinstance(each, Suggestion) and each.entry), None)
    if entry is not None:
        return entry_edits(document, way, entry.replacement or "")
    if names_key:
        return replacement(document.key_span(way), helps)
    return replacement(document.span(way), helps) if is_on_one_line(document, way) else ()


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
    return PydanticCustomError(details["type"], details["msg"], details.get("ctx") or {"help": ()})


def _with_meant(
    details: ErrorDetails, values: Any, section: type[BaseModel], attempt: Attempt
) -> tuple[PydanticCustomError, tuple[int | str, ...]]:
    """Say what was meant by a value in Python or in another language, where that would be right in its place."""
    context = details.get("ctx", {})
    settled = any(isinstance(each, Suggestion) and each.replacement is not None for each in context.get("help", ()))
    if details["type"] not in TRIED or settled or context.get("tried"):
        return _custom(details), details["loc"]
    meant = meant_instead(details, values, section.__name__, attempt) or left_out(details, section)
    helps = (meant,) if meant else context.get("help", ())
    return PydanticCustomError(
        details["type"], details["msg"], {"help": helps, "tried": bool(details["loc"])}
    ), details["loc"]


def _translated(details: ErrorDetails, keys: Keys) -> tuple[PydanticCustomError, tuple[int | str, ...]] | None:
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
        return fault("wrong-type", said, *of_type(details)), way
    return fault("wrong-value", said, *of_value(details)), way


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
