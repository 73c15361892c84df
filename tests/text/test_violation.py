"""A violation becomes a sentence once the key that leads to its value is known."""

from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BeforeValidator, Field, ValidationError

from tdcli.text.diagnose import diagnose
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.section import Section, below_key, must_be
from tdcli.text.violation import Violation
from tdcli.text.yaml_reader import parse_document


def check_pair(value: Any) -> Any:
    if not isinstance(value, tuple):
        raise must_be("a list of two", value, "write `[1, 2]`")
    return value


class Inner(Section):
    pair: Annotated[Any, BeforeValidator(check_pair)] = (1, 2)
    renamed: int = Field(1, alias="as")


def read_named(value: Any) -> Any:
    try:
        return Inner.model_validate(value["Inner"])
    except ValidationError as error:
        raise below_key("Inner", error) from None


class Outer(Section):
    items: tuple[Annotated[Any, BeforeValidator(check_pair)], ...] = ()
    inner: Annotated[Any, BeforeValidator(read_named)] = None


def only(text: str) -> Diagnostic:
    document = parse_document(text, Path("spec.yaml"))
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(document.values)
    (found,) = diagnose(caught.value, document)
    return found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("items: [3]", "`items` must be a list of two, got 3"),
        ("inner: {Inner: {pair: x}}", '`pair` must be a list of two, got text "x"'),
        ("inner: {Inner: 3}", "`Inner` must be a mapping of keys, got 3"),
        ("inner: {Inner: {as: x}}", '`as` must be a whole number, got text "x"'),
    ],
)
def test_a_message_names_the_last_key_that_leads_to_the_value(text: str, message: str) -> None:
    assert only(text).message == message


def test_without_any_key_it_is_the_section_that_is_wrong() -> None:
    assert Violation("wrong-type", expected="a mapping", got="3").sentence() == "this section must be a mapping, got 3"


@pytest.mark.parametrize("word", ["{violation}", "{help}", "{key} must be {expected}", "this section"])
def test_what_a_user_writes_is_never_taken_for_a_part_of_the_message(word: str) -> None:
    assert only(f"'{word}': 1").message == f"unknown key `{word}`"
    assert only(f"items: ['{word}']").message == f'`items` must be a list of two, got text "{word}"'
