"""What is written is read back as the same values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tdcli.text.yaml_reader import parse_value
from tdcli.text.yaml_writer import to_inline_yaml, to_yaml

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))


def plain(value: Any) -> Any:
    """Turn the reader's tuples into the lists that were written."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return {key: plain(each) for key, each in value.items()} if isinstance(value, dict) else value


@given(VALUES)
def test_values_survive_writing_and_reading(value: Any) -> None:
    assert plain(parse_value(to_inline_yaml(value))) == value
    assert plain(parse_value(to_yaml(value))) == value


@pytest.mark.parametrize("text", ["1e-3", "0o17", "no", "1:30", "null", "", "a: b", "#a", "2010-01-01", "0x1F"])
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    assert parse_value(to_inline_yaml(text)) == text
