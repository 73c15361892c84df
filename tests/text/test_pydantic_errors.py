"""What a field may hold is read from the field, not out of Pydantic's sentence."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from tdcli.text.pydantic_errors import choices_at, value_helps


class Choices(BaseModel):
    plain: Literal["adam", "sgd or none", "it's"] = "adam"
    number: Literal[1, 2] = 1
    optional: Literal["auto"] | bool | None = None
    listed: tuple[Annotated[Literal["a", "b"], Field()], ...] = ()
    renamed: Literal["one-hot"] = Field("one-hot", alias="as")
    free: str = ""


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        (("plain",), ("adam", "sgd or none", "it's")),
        (("number",), ("1", "2")),
        (("optional",), ("auto",)),
        (("listed", 0), ("a", "b")),
        (("as",), ("one-hot",)),
        (("free",), ()),
        (("absent",), ()),
        ((), ()),
    ],
)
def test_the_choices_of_a_field(path: tuple[Any, ...], choices: tuple[str, ...]) -> None:
    assert choices_at(Choices, path) == choices


def test_a_choice_with_an_or_in_it_is_suggested_whole() -> None:
    with pytest.raises(ValidationError) as caught:
        Choices(plain="sgd or non")
    (details,) = caught.value.errors()
    assert [help.replacement for help in value_helps(details, Choices)] == ["sgd or none"]
