"""What YAML text becomes, where it stands, and what is refused."""

import math
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import Document
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_document, parse_value, read_document

PATH = Path("spec.yaml")


def document(text: str) -> Document:
    return parse_document(text, PATH)


def diagnostics(text: str) -> tuple[Diagnostic, ...]:
    """Return what stops the reading, or else what it reads past."""
    try:
        return document(text).diagnostics
    except SpecError as error:
        return error.diagnostics


def diagnostic(text: str) -> Diagnostic:
    (only,) = diagnostics(text)
    return only


SCALARS = [
    ("no", "no"),
    ("yes", "yes"),
    ("on", "on"),
    ("Off", "Off"),
    ("y", "y"),
    ("true", True),
    ("False", False),
    ("TRUE", True),
    ("null", None),
    ("~", None),
    ("", None),
    ("1", 1),
    ("-3", -3),
    ("+3", 3),
    ("007", 7),  # decimal in YAML 1.2, octal in 1.1
    ("0o17", 15),
    ("0x1F", 31),
    ("1e-3", 0.001),  # text in PyYAML's YAML 1.1
    ("1E3", 1000.0),
    ("5.", 5.0),
    (".5", 0.5),
    ("-.inf", -math.inf),
    ("1_000", "1_000"),
    ("1:30", "1:30"),  # 90 in YAML 1.1
    ("2024-01-31", "2024-01-31"),  # a date in YAML 1.1
    ("0b1", "0b1"),
    (".", "."),
    ("'5'", "5"),
    ('"true"', "true"),
    ("2.5.1", "2.5.1"),
    ("<<", "<<"),
]


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_a_scalar_follows_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = document(f"a: {text}").values["a"]
    assert found == value
    assert type(found) is type(value)
    assert parse_value(text) == value


def test_nan_is_read() -> None:
    assert math.isnan(document("a: .nan").values["a"])


def test_collections_become_mappings_and_tuples() -> None:
    text = "a:\n- 1\n- {b: [2, 3]}\nc: {}\nd: []\n"
    assert document(text).values == {"a": (1, {"b": (2, 3)}), "c": {}, "d": ()}


def test_keys_are_text() -> None:
    assert document("1: a\ntrue: b\nnull: c\n<<: d").values == {"1": "a", "true": "b", "null": "c", "<<": "d"}


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  c: x  # why\r\n")
    read = read_document(path)
    assert read.values == {"a": 1, "b": {"c": "x"}}
    assert (read.span(("a",)).column, read.span(("a",)).source) == (4, "a: 1")
    span = read.span(("b", "c"))
    assert (str(span), span.width, span.source) == (f"{path}:3:6", 1, "  c: x  # why")


POSITIONS = """\
name: abc
architecture:
  layers:
    - Dense: {units: 12, activation: "relu"}
    - Flatten
  note: |
    two
    lines
empty:
"""


@pytest.mark.parametrize(
    ("way", "line", "column", "width"),
    [
        (("name",), 1, 7, 3),
        (("architecture",), 3, 3, 7),
        (("architecture", "layers"), 4, 5, 40),
        (("architecture", "layers", 0, "Dense"), 4, 14, 31),
        (("architecture", "layers", 0, "Dense", "units"), 4, 22, 2),
        (("architecture", "layers", 0, "Dense", "activation"), 4, 38, 6),
        (("architecture", "layers", 1), 5, 7, 7),
        (("architecture", "note"), 6, 9, 1),
        (("empty",), 9, 7, 1),
        (("architecture", "layers", 0, "Dense", "missing"), 4, 14, 31),
        (("missing",), 1, 1, 9),
    ],
)
def test_a_value_has_a_place(way: tuple, line: int, column: int, width: int) -> None:
    span = document(POSITIONS).span(way)
    assert (span.line, span.column, span.width) == (line, column, width)
    assert span.source == POSITIONS.splitlines()[line - 1]


@pytest.mark.parametrize(
    ("way", "line", "column", "width"),
    [
        (("name",), 1, 1, 4),
        (("architecture", "layers"), 3, 3, 6),
        (("architecture", "layers", 0, "Dense"), 4, 7, 5),
        (("architecture", "layers", 0, "Dense", "units"), 4, 15, 5),
        (("architecture", "layers", 1), 5, 7, 7),
        (("architecture", "layers", 0, "Dense", "missing"), 4, 7, 5),
    ],
)
def test_a_key_has_a_place(way: tuple, line: int, column: int, width: int) -> None:
    span = document(POSITIONS).key_span(way)
    assert (span.line, span.column, span.width) == (line, column, width)


def test_every_duplicate_key_is_a_fault_of_its_own() -> None:
    found = diagnostics("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert [(str(each.span), each.name, each.message) for each in found] == [
        ("spec.yaml:4:3", "duplicate-key", "the key `c` is defined twice"),
        ("spec.yaml:5:1", "duplicate-key", "the key `a` is defined twice"),
    ]
    assert [(note.span.line, note.text) for note in found[0].notes] == [(3, "first defined here")]


def test_an_alias_has_the_value_of_its_anchor() -> None:
    assert document("a: &x {n: 1}\nb: *x\n").values == {"a": {"n": 1}, "b": {"n": 1}}


SYNTAX = [
    ("a:\n\tb: 1", "spec.yaml:2:1", "this is not valid YAML: found character '\\t' that cannot start any token"),
    ("a: [1, 2", "spec.yaml:1:9", "this is not valid YAML: expected ',' or ']', but got '<stream end>'"),
    ("a: b: c", "spec.yaml:1:5", "this is not valid YAML: mapping values are not allowed here"),
    ("a: *x", "spec.yaml:1:4", "this is not valid YAML: found undefined alias 'x'"),
    (
        "a: 1\n---\nb: 2",
        "spec.yaml:2:1",
        "this is not valid YAML: expected a single document in the stream, but found another document",
    ),
    ("a: 1\nb: x\x01y", "spec.yaml:2:5", "this is not valid YAML: the character U+0001 is not allowed"),
    ("? [a]\n: 1", "spec.yaml:1:3", "a key must be a plain word"),
    ("a: !!python/name:os.system x", "spec.yaml:1:4", "the tag `!!python/name:os.system` is not allowed in a spec"),
    ("!!python/name:os.system x: 1", "spec.yaml:1:1", "the tag `!!python/name:os.system` is not allowed in a spec"),
    (
        "a: !!python/object/apply:os.system [ls]",
        "spec.yaml:1:4",
        "the tag `!!python/object/apply:os.system` is not allowed in a spec",
    ),
    ("a: !!python/dict {b: 1}", "spec.yaml:1:4", "the tag `!!python/dict` is not allowed in a spec"),
    ("a: !!set {b}", "spec.yaml:1:4", "the tag `!!set` is not allowed in a spec"),
    ("a: !mine x", "spec.yaml:1:4", "the tag `!mine` is not allowed in a spec"),
]


@pytest.mark.parametrize(("text", "place", "message"), SYNTAX)
def test_a_text_that_is_not_yaml_is_refused_at_its_place(text: str, place: str, message: str) -> None:
    found = diagnostic(text)
    assert (found.name, str(found.span), found.message) == ("yaml-syntax", place, message)


def test_a_tab_is_named() -> None:
    assert diagnostic("a:\n\tb: 1").help == (
        "replace the tab on this line with spaces, which YAML requires for indentation",
    )


def test_an_escape_beyond_unicode_is_refused() -> None:
    assert "chr() arg not in range" in diagnostic(r'a: "\U00110000"').message


def test_a_huge_whole_number_is_refused_rather_than_computed() -> None:
    found = diagnostic(f"a: 1\nb: {'9' * 5000}")
    assert (found.name, str(found.span)) == ("wrong-value", "spec.yaml:2:4")
    assert found.message == f"`{'9' * 40}` cannot be read as a whole number"


def test_a_tag_that_the_value_does_not_fit_is_refused() -> None:
    assert diagnostic("a: !!bool maybe").message == "`maybe` cannot be read as true or false"
    assert diagnostic("a: !!int x").message == "`x` cannot be read as a whole number"


DEEP = {
    "lists": "a: " + "[" * 10_000 + "]" * 10_000,
    "open lists": "a: " + "[" * 10_000,
    "mappings": "a: " + "{a: " * 10_000,
    "dashes": "- " * 10_000 + "x",
    "question marks": "? " * 10_000 + "x",
    "just too deep": "a: " + "[" * 50 + "]" * 50,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_quickly(text: str) -> None:
    began = time.perf_counter()
    assert "nested too deeply" in diagnostic(text).message
    assert time.perf_counter() - began < 10


def bomb() -> str:
    levels = [f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]" for i in range(20)]
    return "\n".join(["a: &a [x]", *levels])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (bomb(), "more than 20,000 values"),
        ("a: &a [*a]", "an alias contains itself"),
        ("a: &a {b: *a}", "contains itself"),
    ],
    ids=["bomb", "list in itself", "mapping in itself"],
)
def test_aliases_that_grow_are_refused_quickly(text: str, reason: str) -> None:
    began = time.perf_counter()
    assert reason in diagnostic(text).message
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n", "---\n", "null"])
def test_an_empty_spec_is_refused(text: str) -> None:
    assert (diagnostic(text).name, diagnostic(text).message) == ("empty-spec", "`spec.yaml` is empty")


@pytest.mark.parametrize("text", ["hello", "- 1", "3"])
def test_a_spec_is_a_mapping(text: str) -> None:
    found = diagnostic(text)
    assert (found.name, found.message, found.span.line) == ("wrong-type", "a spec must be a mapping of sections", 1)


PIECES = st.sampled_from(
    [*"{}[]:,-?&*!|>'\"%@`#~ \n\t\r.0159aexo<\\\x85\u2028\x00é😀", "a: ", "\n  ", "- ", "!!", "0x", "---\n"]
)


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused_with_a_diagnostic(text: str) -> None:
    try:
        read = document(text)
    except SpecError:
        return
    assert set(read.spans) >= {(key,) for key in read.values}


def test_a_second_document_is_to_be_removed() -> None:
    with pytest.raises(SpecError) as caught:
        document("a: 1\n---\nb: 2")
    (only,) = caught.value.diagnostics
    assert only.help == ("remove the `---` and all documents but one; a spec is a single document",)
