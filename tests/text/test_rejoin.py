"""What YAML cuts at a comma is whole again, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tdcli.text import rejoin
from tdcli.text.yaml_reader import parse_document


@pytest.mark.parametrize(
    ("flow", "value"),
    [
        ("{a: (3, 3), b: 1}", {"a": "(3, 3)", "b": 1}),
        ("{a: (1,), b: 1}", {"a": "(1,)", "b": 1}),
        ("{a: 0,5, b: 1}", {"a": "0,5", "b": 1}),
        ("{a: 3, 3, b: 1}", {"a": "3, 3", "b": 1}),
        ("{a: f(x=1, y=(2, 3)), b: 1}", {"a": "f(x=1, y=(2, 3))", "b": 1}),
        ("[(1, 2), (3, 4)]", ("(1, 2)", "(3, 4)")),
        ("[0,05]", ("0,05",)),
        ("[0,1, 0,2]", ("0,1", "0,2")),
    ],
)
def test_what_was_cut_is_one_text_and_a_fault(flow: str, value: Any) -> None:
    document = parse_document(f"v: {flow}\n", Path("spec.yaml"))
    assert document.values["v"] == value
    assert {each.name for each in document.diagnostics} == {"yaml-syntax"}


@pytest.mark.parametrize(
    "flow", ["{a: (3, b: 1}", "{a: '(3', 3): 1}", "[0,5]", "[0, 1, 0, 2]", "{a: 1, b, c}", "{a: 1, 2: 3}"]
)
def test_what_is_not_cut_stays_as_yaml_has_it(flow: str) -> None:
    assert parse_document(f"v: {flow}\n", Path("spec.yaml")).diagnostics == ()


def test_a_long_list_is_not_looked_through_again_for_each_of_its_items(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    is_plain = rejoin._is_plain_scalar

    def noted(node: yaml.Node) -> bool:
        looked.append(node)
        return is_plain(node)

    monkeypatch.setattr(rejoin, "_is_plain_scalar", noted)
    names = [f"c{number}" for number in range(2000)]
    document = parse_document(f"features: [{', '.join(names)}]\n", Path("spec.yaml"))
    assert document.values["features"] == tuple(names)
    assert len(looked) < 2000 * 150
