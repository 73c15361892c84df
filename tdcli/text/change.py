"""Helps: texts that say what to do about a problem, with the changes of the spec that they describe."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from tdcli.text.key_path import KeyPath


@dataclass(frozen=True)
class Change:
    """A change of a document's values.

    It sets the value at a path, inserts it into a list before the item at the path, or removes that item.
    """

    path: KeyPath
    value: Any = None
    action: Literal["set", "insert", "remove"] = "set"


@dataclass(frozen=True)
class Help:
    """What to do about a problem.

    `changes`: the changes of the spec that the text describes; they can be tried before the help is shown.
    `replacement`: the text to write in place of the word at fault, where it is certain. With `replaces_entry`
    it takes the place of the key and its value; an empty one removes both.
    """

    text: str
    changes: tuple[Change, ...] = ()
    replacement: str | None = None
    replaces_entry: bool = False


AnyHelp = str | Help


def as_helps(helps: Iterable[AnyHelp]) -> tuple[Help, ...]:
    """Return helps, those that are given as text alone among them."""
    return tuple(Help(help) if isinstance(help, str) else help for help in helps)


def freeze_value(value: Any) -> Any:
    """Return a value as a document holds it: lists as tuples."""
    if isinstance(value, dict):
        return {key: freeze_value(each) for key, each in value.items()}
    return tuple(freeze_value(each) for each in value) if isinstance(value, list) else value
