"""A faulty section becomes diagnostics in the project's words, each with its place."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BeforeValidator, Field, PositiveInt, ValidationError, field_validator, model_validator

from tdcli.text.diagnose import diagnose
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.section import Section, below_key, invalid, invalid_at
from tdcli.text.yaml_reader import parse_document


class Inner(Section):
    size: int


def read_kernel(value: Any) -> Any:
    """Stand for a value such as `{Kernel: {size: 3}}`, whose inner mapping is validated alone."""
    if not isinstance(value, dict):
        return value
    try:
        return Inner.model_validate(value["Kernel"])
    except ValidationError as error:
        raise below_key("Kernel", error) from None


class Everything(Section):
    whole: int = 1
    number: float = 1.0
    truth: bool = True
    text: str = "a"
    count: PositiveInt = 1
    share: float = Field(0.5, gt=0, le=1)
    finite: float = Field(0.5, allow_inf_nan=False)
    least: float = Field(0.5, ge=0, lt=1)
    even: int = Field(2, multiple_of=2)
    word: str = Field("a", min_length=1, max_length=3, pattern="^[a-z]*$")
    choice: Literal["adam", "sgd"] = "adam"
    several: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    mapping: dict[str, Any] = Field(default_factory=dict)
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    kernel: Annotated[Inner | None, BeforeValidator(read_kernel)] = None
    checked: int = 0

    @field_validator("checked")
    @classmethod
    def _zero(cls, value: int) -> int:
        if value:
            raise invalid("own-name", "`checked` must be 0", "write 0")
        return value

    @model_validator(mode="after")
    def _whole_and_count(self) -> "Everything":
        if self.whole > 8:
            raise invalid_at("count", invalid("own-name", "`whole` is too much for `count`"))
        if self.whole > 5:
            raise invalid("own-name", "`whole` and `count` do not go together")
        return self


def found(text: str) -> tuple[Diagnostic, ...]:
    document = parse_document(text, Path("spec.yaml"))
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(document.values)
    return diagnose(caught.value, document)


SIZE_TWICE = ("remove this key or `size`, which is also given",)
FAULTS = [
    ("whole: x", "wrong-type", "1:8", '`whole` must be a whole number, got text "x"', ()),
    ("whole: 1.5", "wrong-type", "1:8", "`whole` must be a whole number, got 1.5", ()),
    ("whole: 2.0", "wrong-type", "1:8", "`whole` must be a whole number, got 2.0", ("write `2`",)),
    ("whole: true", "wrong-type", "1:8", "`whole` must be a whole number, got true", ()),
    ("whole: [1, 2]", "wrong-type", "1:1", "`whole` must be a whole number, got a list of 2 items", ()),
    ("whole:", "wrong-type", "1:7", "`whole` must be a whole number, got nothing", ()),
    ("number: 5%", "wrong-type", "1:9", '`number` must be a number, got text "5%"', ("write `0.05`",)),
    ('number: "1"', "wrong-type", "1:9", '`number` must be a number, got text "1"', ("write `1` without quotes",)),
    ("truth: yes", "wrong-type", "1:8", '`truth` must be true or false, got text "yes"', ("write `true`",)),
    ("truth: 1", "wrong-type", "1:8", "`truth` must be true or false, got 1", ()),
    ("text: 3", "wrong-type", "1:7", "`text` must be text, got 3", ()),
    ("text: {a: 1}", "wrong-type", "1:1", "`text` must be text, got a mapping", ()),
    ("count: 0", "wrong-value", "1:8", "`count` must be greater than 0, got 0", ()),
    ("share: 0", "wrong-value", "1:8", "`share` must be greater than 0, got 0", ()),
    ("share: 1.5", "wrong-value", "1:8", "`share` must be less than or equal to 1, got 1.5", ()),
    ("least: -1", "wrong-value", "1:8", "`least` must be greater than or equal to 0, got -1", ()),
    ("least: 1", "wrong-value", "1:8", "`least` must be less than 1, got 1", ()),
    ("finite: .nan", "wrong-value", "1:9", "`finite` must be a finite number, got nan", ()),
    ("finite: 1e999", "wrong-value", "1:9", "`finite` must be a finite number, got inf", ()),
    ("even: 3", "wrong-value", "1:7", "`even` must be a multiple of 2, got 3", ()),
    ("word: ''", "wrong-value", "1:7", '`word` must be text of 1 or more characters, got text ""', ()),
    ("word: abcd", "wrong-value", "1:7", '`word` must be text of 3 or fewer characters, got text "abcd"', ()),
    ("word: A", "wrong-value", "1:7", '`word` must be text that matches `^[a-z]*$`, got text "A"', ()),
    (
        "choice: adm",
        "wrong-value",
        "1:9",
        "`choice` must be 'adam' or 'sgd', got text \"adm\"",
        ("did you mean `adam`?",),
    ),
    ("choice: 3", "wrong-value", "1:9", "`choice` must be 'adam' or 'sgd', got 3", ()),
    ("several: 3", "wrong-type", "1:10", "`several` must be a list, got 3", ()),
    ("several: []", "wrong-value", "1:1", "`several` must be a list of 1 or more items, got a list of 0 items", ()),
    (
        "several: [1, 2, 3]",
        "wrong-value",
        "1:1",
        "`several` must be a list of 2 or fewer items, got a list of 3 items",
        (),
    ),
    ("several: [1, x]", "wrong-type", "1:14", '`several` must be a whole number, got text "x"', ()),
    ("mapping: 3", "wrong-type", "1:10", "`mapping` must be a mapping, got 3", ()),
    ("inner: 3", "wrong-type", "1:8", "`inner` must be a mapping of keys, got 3", ()),
    ("inner: {}", "missing-key", "1:1", "`size` is missing", ("write `size: ...` here",)),
    ("inners: [{}]", "missing-key", "1:10", "`size` is missing", ("write `size: ...` here",)),
    ("inners: [{size: x}]", "wrong-type", "1:17", '`size` must be a whole number, got text "x"', ()),
    ("kernel: {Kernel: {size: x}}", "wrong-type", "1:25", '`size` must be a whole number, got text "x"', ()),
    ("kernel: {Kernel: {}}", "missing-key", "1:10", "`size` is missing", ("write `size: ...` here",)),
    ("kernel: {Kernel: {size: 1, sise: 2}}", "unknown-key", "1:28", "unknown key `sise`", SIZE_TWICE),
    ("inner: {size: 1, width: 2}", "unknown-key", "1:18", "unknown key `width`", ("use one of: `size`",)),
    ("checked: 1", "own-name", "1:10", "`checked` must be 0", ("write 0",)),
    ("whole: 6", "own-name", "1:1", "`whole` and `count` do not go together", ()),
    ("count: 2\nwhole: 9", "own-name", "1:8", "`whole` is too much for `count`", ()),
]


@pytest.mark.parametrize(("text", "name", "place", "message", "help"), FAULTS)
def test_a_fault_says_what_is_wrong_and_where(
    text: str, name: str, place: str, message: str, help: tuple[str, ...]
) -> None:
    (only,) = found(text)
    assert (only.name, str(only.span), only.message, only.help) == (name, f"spec.yaml:{place}", message, help)


def test_all_faults_come_at_once_in_file_order() -> None:
    text = "zzz: 1\ninner: {size: x}\ncount: 0\nwhole: y\n"
    assert [each.span.line for each in found(text)] == [1, 2, 3, 4]


def test_long_text_of_several_lines_is_quoted_as_one_short_line() -> None:
    (only,) = found(f"whole: |\n  one\n  two\n  {'x' * 100}\n")
    assert only.message == f'`whole` must be a whole number, got text "one two {"x" * 52}"'


def test_a_section_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Everything().whole = 2


class Share(Section):
    rate: float = Field(default=0.0, ge=0, le=1)


@pytest.mark.parametrize(
    ("rate", "help"), [(20, ("write `0.2` if you mean 20 percent",)), (-1, ()), (1000, ()), (100, ())]
)
def test_percent_in_place_of_a_share_are_told_as_a_share(rate: float, help: tuple[str, ...]) -> None:
    document = parse_document(f"rate: {rate}", Path("spec.yaml"))
    with pytest.raises(ValidationError) as caught:
        Share.model_validate(document.values)
    (found,) = diagnose(caught.value, document)
    assert found.help == help
