"""A key is replaced or removed with its value, and what is around stays."""

from pathlib import Path

import pytest

from tdcli.text.edits import apply_edits, entry_edits
from tdcli.text.yaml_reader import parse_document


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("v: {a: 1, b: 2}\n", "v: {b: 2}\n"),
        ("v: {b: 2, a: 1}\n", "v: {b: 2}\n"),
        ("v: {a: [1, 2], b: 2}  # why\n", "v: {b: 2}  # why\n"),
        ("v: {a: 1}\n", "v: {}\n"),
        ("v: {a, b: 2}\n", "v: {b: 2}\n"),
        ("v: {a: , b: 2}\n", "v: {b: 2}\n"),
        ("v:\n  a: 1  # why\n  b: 2\n", "v:\n  b: 2\n"),
        ("v:\n  a: 1\n", None),
        ("v:\n  a:\n    - 1\n  b: 2\n", None),
        ("v: {a: [1,\n  2], b: 2}\n", None),
    ],
)
def test_a_key_goes_with_its_value_where_both_are_on_one_line(text: str, without: str | None) -> None:
    edits = entry_edits(parse_document(text, Path("spec.yaml")), ("v", "a"), "")
    assert (apply_edits(text, edits) if edits else None) == without


def test_a_key_and_its_value_are_replaced_together() -> None:
    text = "v: {a: 'x y', b: 2}\n"
    edits = entry_edits(parse_document(text, Path("spec.yaml")), ("v", "a"), "c: [3, 3]")
    assert apply_edits(text, edits) == "v: {c: [3, 3], b: 2}\n"
