"""The keys of a table's section about its columns: encoding, missing cells and scaling, for all or by column."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator

from tdcli.sources.core.classes import label_text
from tdcli.text.nearest import suggest
from tdcli.text.section import Section, invalid

FOR_ALL = "\0"
"""The key of a policy for all columns. No column can have this name, but one may have an empty name."""

POLICIES = ("error", "drop", "forward-fill", "interpolate")

Value = TypeVar("Value")


def _by_column(value: Any) -> Any:
    return value if isinstance(value, dict) else {FOR_ALL: value}


def _as_written(policies: dict[str, Any]) -> Any:
    return policies[FOR_ALL] if set(policies) == {FOR_ALL} else policies


def _validate_policy(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if value in POLICIES:
        return value
    help = (suggest(value, POLICIES),) if isinstance(value, str) else ()
    raise invalid(
        "wrong-value", f"`{value}` is not a valid policy for missing cells", *help, "or write a number to fill in"
    )


def _validate_encoding(value: Any) -> Any:
    return {"as": value} if isinstance(value, str) else value


def _label_texts(value: Any) -> Any:
    return tuple(label_text(each) for each in value) if isinstance(value, list | tuple) else value


def _mark(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class Encoding(Section):
    """How a text column becomes numbers. Without `values`, those of the training set are used.

    unknown: another text is an error, or, with `ignore`, becomes all zeros (one-hot) or one code
    beyond the last (integer).
    """

    form: Literal["one-hot", "integer"] = Field(alias="as")
    values: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_label_texts)] | None = None
    unknown: Literal["error", "ignore"] = "error"


Mark = Annotated[str, BeforeValidator(_mark)]
"""A text or number that means a missing value."""

Encodings = dict[str, Annotated[Encoding, BeforeValidator(_validate_encoding)]]
Policy = Annotated[str | float, PlainValidator(_validate_policy)]
Missing = Annotated[dict[str, Policy], BeforeValidator(_by_column), PlainSerializer(_as_written)]
Scale = Literal["standard", "minmax", "none"]
Scales = Annotated[dict[str, Scale], BeforeValidator(_by_column), PlainSerializer(_as_written)]


def chosen(policies: dict[str, Value], column: str, default: Value) -> Value:
    """Return the policy of a column, else the one for all columns, else the default."""
    return policies.get(column, policies.get(FOR_ALL, default))


def numeric_marks(marks: Iterable[str]) -> tuple[float, ...]:
    """Return those of `na_values` that are numbers, such as -999."""
    found = []
    for text in marks:
        with suppress(ValueError):
            found.append(float(text))
    return tuple(found)
