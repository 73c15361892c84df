"""Violations: the errors of validators, which Pydantic's errors carry until the key of the value is known."""

from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails, PydanticCustomError

from tdcli.text.change import Help


@dataclass(frozen=True)
class Violation:
    """What is wrong with a value.

    `name`: of the diagnostic. `message`: the whole sentence, if the validator has one. Otherwise it is composed of
    `key`, `expected` and `got`. `is_tried`: whether other values were already tried.
    """

    name: str
    message: str = ""
    key: str = ""
    expected: str = ""
    got: str = ""
    helps: tuple[Help, ...] = ()
    is_tried: bool = False

    def sentence(self, key: str = "") -> str:
        """Return the message. `key` is the key of the value, if the violation does not have it.

        >>> Violation("wrong-type", expected="a number", got="nothing").sentence("rate")
        '`rate` must be a number, got nothing'
        """
        subject = f"`{self.key or key}`" if self.key or key else "this section"
        if self.message:
            return self.message
        if self.name == "unknown-key":
            return f"unknown key {subject}"
        if self.name == "missing-key":
            return f"{subject} is missing"
        return f"{subject} must be {self.expected}, got {self.got}"

    def __str__(self) -> str:
        return self.sentence()

    def error(self) -> PydanticCustomError:
        """Return the error that a validator raises."""
        # The template contains only the violation, since Pydantic would fill in `{...}` from a user's text.
        return PydanticCustomError(self.name, "{violation}", {"violation": self})


def violation_of(details: ErrorDetails) -> Violation | None:
    """Return the violation that an error carries; None for one of Pydantic's own errors."""
    found: Violation | None = details.get("ctx", {}).get("violation")
    return found


def describe_value(value: Any) -> str:
    """Describe a value in YAML's terms.

    >>> describe_value("4"), describe_value(None), describe_value((1, 2)), describe_value((1,))
    ('text "4"', 'nothing', 'a list of 2 items', 'a list of 1 item')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, tuple | list):
        return f"a list of {len(value)} {'item' if len(value) == 1 else 'items'}"
    return f'text "{" ".join(value.split())[:60]}"' if isinstance(value, str) else f"{value}"
