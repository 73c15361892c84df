"""Helps: texts that explain how to fix a problem, with the changes of the spec that they describe."""

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
    """How to fix a problem.

    `changes`: the changes of the spec that the text describes. They can be tried before the help is shown.
    `replacement`: the text that replaces the wrong word, if it is certain. With `replaces_entry`, it replaces the
    key and its value; an empty text removes both.
    """

    text: str
    changes: tuple[Change, ...] = ()
    replacement: str | None = None
    replaces_entry: bool = False


AnyHelp = str | Help


def as_helps(helps: Iterable[AnyHelp]) -> tuple[Help, ...]:
    """Return helps, made from texts where necessary."""
    return tuple(Help(help) if isinstance(help, str) else help for help in helps)


def freeze_value(value: Any) -> Any:
    """Return a value in the form of a document, with tuples instead of lists."""
    if isinstance(value, dict):
        return {key: freeze_value(each) for key, each in value.items()}
    return tuple(freeze_value(each) for each in value) if isinstance(value, list) else value
