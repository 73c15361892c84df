"""Lists in a section: one value may stand for a list of one."""

from typing import Any

from pydantic import BeforeValidator


def _listed(value: Any) -> Any:
    return value if isinstance(value, tuple | list | dict | None) else (value,)


OneOrMore = BeforeValidator(_listed)
"""Reads a single value as a list of it."""
