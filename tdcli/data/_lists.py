"""Lists in a section: one value may stand for a list of one, and a list may not be too short."""

from typing import Any

from pydantic import AfterValidator, BeforeValidator

from tdcli.text.section import fault


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


OneOrMore = BeforeValidator(_listed)
"""Reads a single text as a list of it."""


def at_least(count: int) -> AfterValidator:
    """Refuse a shorter list. Pydantic's own limit would count a faulty item as missing as well."""

    def _check(value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(value) < count:
            raise fault("wrong-value", f"at least {count} must be listed here, got {len(value)}", "add to the list")
        return value

    return AfterValidator(_check)
