"""What a validator finds wrong with a value, carried through Pydantic's errors until the value's key is known."""

from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails, PydanticCustomError

from tdcli.text.change import Help


@dataclass(frozen=True)
class Violation:
    """What is wrong with a value.

    `name`: of the diagnostic. `message`: the sentence, where the validator knows it. Elsewhere it is made of
    `key`, `expected` and `got`. `is_tried`: other values were tried in its place already.
    """

    name: str
    message: str = ""
    key: str = ""
    expected: str = ""
    got: str = ""
    helps: tuple[Help, ...] = ()
    is_tried: bool = False

    def sentence(self, key: str = "") -> str:
        """Return the message; `key` is the one that leads to the value, unless it is known already.

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
        # The template names the violation alone: Pydantic would fill in `{...}` that a user wrote.
        return PydanticCustomError(self.name, "{violation}", {"violation": self})


def violation_of(details: ErrorDetails) -> Violation | None:
    """Return the violation that an error carries; None for one of Pydantic's own errors."""
    found: Violation | None = details.get("ctx", {}).get("violation")
    return found


def describe_value(value: Any) -> str:
    """Name a value as a user sees it: YAML's words, not Python's.

    >>> describe_value("4"), describe_value(None), describe_value((1, 2))
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
