"""Format Python source: a call on one line, or with an argument on each line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WIDTH = 88
"""Columns of a line, the default of Black and of Ruff."""


@dataclass(frozen=True)
class Call:
    """A call, or with square brackets a list: `name` is the text before the bracket."""

    name: str
    arguments: tuple[Any, ...]
    brackets: str = "()"

    def __str__(self) -> str:
        inner = ", ".join(str(argument) for argument in self.arguments)
        return f"{self.name}{self.brackets[0]}{inner}{self.brackets[1]}"


@dataclass(frozen=True)
class KeywordArgument:
    """A keyword argument."""

    name: str
    value: Any

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


def literal(value: Any) -> str:
    """Write a value with double quotes."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'
    if isinstance(value, tuple):
        return "(" + ", ".join(literal(each) for each in value) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, list):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    return repr(value)


def wrapped_lines(before: str, value: Any, behind: str = "", indent: int = 0) -> list[str]:
    """Write `before`, the value and `behind`, on one line if it fits, else with an argument a line."""
    space = " " * indent
    one = f"{space}{before}{value}{behind}"
    inner = value.value if isinstance(value, KeywordArgument) else value
    if len(one) <= WIDTH or not isinstance(inner, Call):
        return [one]
    prefix = f"{value.name}=" if isinstance(value, KeywordArgument) else ""
    found = [f"{space}{before}{prefix}{inner.name}{inner.brackets[0]}"]
    for argument in inner.arguments:
        found += wrapped_lines("", argument, ",", indent + 4)
    return [*found, f"{space}{inner.brackets[1]}{behind}"]


def function_lines(head: str, meaning: str, body: Iterable[str]) -> list[str]:
    """Write a function: its body's lines are indented here."""
    return [head, f'    """{meaning}"""', *(f"    {line}" if line else "" for line in body)]
