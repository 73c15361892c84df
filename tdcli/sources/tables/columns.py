"""What a table's section says of its columns: encoding, missing cells, scaling, one for all or by column."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator

from tdcli.sources.core.classes import label_text
from tdcli.text.nearest import suggest
from tdcli.text.section import Section, invalid

FOR_ALL = "\0"
"""The key under which a policy for all columns stands: no column is called so, though one may have an empty name."""

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
        "wrong-value", f"missing cells cannot be treated by `{value}`", *help, "or write the number to put in"
    )


def _validate_encoding(value: Any) -> Any:
    return {"as": value} if isinstance(value, str) else value


def _label_texts(value: Any) -> Any:
    return tuple(label_text(each) for each in value) if isinstance(value, list | tuple) else value


def _mark(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class Encoding(Section):
    """How a column of texts becomes numbers. `values` left out are learnt on the training part.

    `unknown`: a text that is none of them is an error, or becomes all zeros (one-hot) or one
    code beyond the last (integer).
    """

    form: Literal["one-hot", "integer"] = Field(alias="as")
    values: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_label_texts)] | None = None
    unknown: Literal["error", "ignore"] = "error"


Mark = Annotated[str, BeforeValidator(_mark)]
"""What stands for a value that was not measured."""

Encodings = dict[str, Annotated[Encoding, BeforeValidator(_validate_encoding)]]
Policy = Annotated[str | float, PlainValidator(_validate_policy)]
Missing = Annotated[dict[str, Policy], BeforeValidator(_by_column), PlainSerializer(_as_written)]
Scale = Literal["standard", "minmax", "none"]
Scales = Annotated[dict[str, Scale], BeforeValidator(_by_column), PlainSerializer(_as_written)]


def chosen(policies: dict[str, Value], column: str, default: Value) -> Value:
    """Return a column's own policy, else the one for all, else the default."""
    return policies.get(column, policies.get(FOR_ALL, default))


def numeric_marks(marks: Iterable[str]) -> tuple[float, ...]:
    """Return as numbers those of `na_values` that are some: `-999` may stand for what was not measured."""
    found = []
    for text in marks:
        with suppress(ValueError):
            found.append(float(text))
    return tuple(found)
