"""Sections of a document: Pydantic models whose errors carry violations with messages and helps of this project."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from tdcli.text.change import AnyHelp, Help, as_helps
from tdcli.text.intended_value import TRIED, Attempt, attempts_with, intended_value_help, removal_help
from tdcli.text.key_path import KeyPath, last_key
from tdcli.text.keys import Keys
from tdcli.text.pydantic_errors import EXPECTED_TYPES, expected, type_helps, value_helps
from tdcli.text.violation import Violation, describe_value, violation_of
from tdcli.text.yaml_writer import to_inline_yaml


class Section(BaseModel):
    """A frozen part of a document. Unknown keys are errors, and texts are never converted to numbers."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    meanings: ClassVar[dict[str, str]] = {}
    """Descriptions of the keys of this class with their units, for the filled spec and for editors."""

    @classmethod
    def meaning(cls, key: str) -> str:
        """Return the description of a key; empty if no class of the hierarchy has one."""
        tables = (vars(base).get("meanings", {}) for base in cls.__mro__)
        return next((table[key] for table in tables if key in table), "")

    @classmethod
    def implied_value(cls, key: str, values: Any) -> Any:
        """Return the value of a missing key if it follows from another value, else None."""
        return None

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            keys = Keys(values if isinstance(values, dict) else {}, tuple(cls.model_fields), _titles(cls))
            translated = _rebuild(error, lambda details: _translate(details, keys, cls))
            attempt = attempts_with(handler)
            raise _rebuild(translated, lambda details: _try_other_values(details, values, cls, attempt)) from None


_Located = tuple[Violation, KeyPath]


def _titles(section: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of a section's class and its bases, which select the tables of foreign keys."""
    return tuple(base.__name__ for base in section.__mro__)


def invalid(name: str, message: str, *help: AnyHelp) -> PydanticCustomError:
    """Make the error that a validator raises. It becomes the diagnostic `name`."""
    return Violation(name, message, helps=as_helps(help)).error()


def must_be(expected: str, value: Any, *help: AnyHelp) -> PydanticCustomError:
    """Make the error of a value of the wrong type. Its message names the key of the value."""
    return Violation("wrong-type", expected=expected, got=describe_value(value), helps=as_helps(help)).error()


def invalid_at(key: str | tuple[str, ...], error: PydanticCustomError, value: Any = None) -> ValidationError:
    """Return the error at a key or path, for a validator of the whole mapping."""
    path = key if isinstance(key, tuple) else (key,)
    return ValidationError.from_exception_data("", [InitErrorDetails(type=error, loc=path, input=value)])


def invalid_keys(errors: Mapping[str, PydanticCustomError], values: Mapping[str, Any]) -> ValidationError:
    """Return the errors at their keys."""
    lines = [InitErrorDetails(type=error, loc=(key,), input=values.get(key)) for key, error in errors.items()]
    return ValidationError.from_exception_data("", lines)


def join_errors(*errors: ValidationError) -> ValidationError:
    """Return several errors as one."""
    found = [details for error in errors for details in error.errors()]
    lines = [InitErrorDetails(type=_violation(each).error(), loc=each["loc"], input=each["input"]) for each in found]
    return ValidationError.from_exception_data("", lines)


def below_key(key: str, error: ValidationError) -> ValidationError:
    """Return the error with `key` at the start of each path.

    For a value such as `{Conv2D: {filters: 32}}`, whose inner mapping is validated separately.
    """
    return _rebuild(error, lambda details: (_violation(details), (key, *details["loc"])))


def replace_helps(error: ValidationError, path: KeyPath, *help: AnyHelp) -> ValidationError:
    """Return the error with other helps for the value at a path."""

    def change(details: ErrorDetails) -> _Located:
        violation = _violation(details)
        is_meant = details["loc"] == path
        return replace(violation, helps=as_helps(help), is_tried=False) if is_meant else violation, details["loc"]

    return _rebuild(error, change)


def drop_first_key(error: ValidationError) -> ValidationError:
    """Return the error without the first key of each path."""
    return _rebuild(error, lambda details: (_violation(details), details["loc"][1:]))


def _violation(details: ErrorDetails) -> Violation:
    return violation_of(details) or Violation(details["type"], details["msg"])


def _rebuild(error: ValidationError, change: Callable[[ErrorDetails], _Located | None]) -> ValidationError:
    """Return the error with other violations at other paths. `change` returns None to omit one."""
    lines = []
    for details in error.errors():
        changed = None if _is_consequence(details) else change(details)
        if changed:
            violation, path = changed
            lines.append(InitErrorDetails(type=violation.error(), loc=path, input=details["input"]))
    return ValidationError.from_exception_data(error.title, lines)


def _is_consequence(details: ErrorDetails) -> bool:
    """Return whether a list is too short only because Pydantic does not count its invalid items."""
    limit = details.get("ctx", {}).get("min_length")
    return details["type"] == "too_short" and isinstance(limit, int) and len(details["input"]) >= limit


def _translate(details: ErrorDetails, keys: Keys, section: type[Section]) -> _Located | None:
    """Return the violation for one of Pydantic's errors, and its path.

    None for a missing key that is present, but misspelt.
    """
    kind, path = details["type"], details["loc"]
    violation = violation_of(details)
    if violation is not None:
        return violation, path
    key = last_key(path)
    if kind == "extra_forbidden":
        return Violation("unknown-key", key=key, helps=(keys.suggest(str(path[-1])),)), path
    if kind == "missing" and path[-1] in keys.misspelt:
        return None
    if kind == "missing":
        return Violation("missing-key", key=key, helps=(_missing_help(str(path[-1]), keys, section),)), path[:-1]
    name, helps = "wrong-value", value_helps(details, section)
    if kind in EXPECTED_TYPES:
        name, helps = "wrong-type", type_helps(details)
    return Violation(name, "", key, expected(details), describe_value(details["input"]), helps), path


def _missing_help(key: str, keys: Keys, section: type[Section]) -> Help:
    """Return the help for a missing key, with its value if it follows from another value."""
    value = section.implied_value(key, keys.given)
    if value is None:
        return Help(f"write `{key}: ...` here")
    text = to_inline_yaml({key: value})[1:-1]
    return Help(f"write `{text}` here", replacement=text, replaces_entry=True)


def _try_other_values(details: ErrorDetails, values: Any, section: type[BaseModel], attempt: Attempt) -> _Located:
    """Add the help to write a value of Python or another language in YAML, if it is then valid."""
    violation, path = _violation(details), details["loc"]
    is_settled = any(help.replacement is not None for help in violation.helps)
    if violation.name not in TRIED or is_settled or violation.is_tried:
        return violation, path
    intended = intended_value_help(details, values, section.__name__, attempt) or removal_help(details, section)
    return replace(violation, helps=(intended,) if intended else violation.helps, is_tried=bool(path)), path
