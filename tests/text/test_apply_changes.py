"""A help's changes are made in a document's values, and its spans move with the items of lists."""

from pathlib import Path

import pytest

from tdcli.text.apply_changes import apply_changes
from tdcli.text.change import Change
from tdcli.text.document import Document
from tdcli.text.yaml_reader import parse_document


@pytest.fixture
def document() -> Document:
    return parse_document("layers:\n  - Flatten\n  - LSTM: {units: 4}\nname: a\n", Path("spec.yaml"))


@pytest.mark.parametrize(
    ("change", "layers"),
    [
        (Change(("layers", 1, "LSTM", "units"), 5), ("Flatten", {"LSTM": {"units": 5}})),
        (Change(("layers", 1, "LSTM", "seed"), 5), ("Flatten", {"LSTM": {"units": 4, "seed": 5}})),
        (Change(("layers", 0, "Flatten", "name"), "f"), ({"Flatten": {"name": "f"}}, {"LSTM": {"units": 4}})),
        (Change(("layers", 1), "Dropout", "insert"), ("Flatten", "Dropout", {"LSTM": {"units": 4}})),
        (Change(("layers", 2), "Dropout", "insert"), ("Flatten", {"LSTM": {"units": 4}}, "Dropout")),
        (Change(("layers", 0), None, "remove"), ({"LSTM": {"units": 4}},)),
    ],
)
def test_a_value_is_set_inserted_or_removed(document: Document, change: Change, layers: tuple[object, ...]) -> None:
    assert apply_changes(document, [change]).values == {"layers": layers, "name": "a"}
    assert document.values["layers"] == ("Flatten", {"LSTM": {"units": 4}})


@pytest.mark.parametrize(("action", "place"), [("insert", 2), ("remove", 0)])
def test_items_behind_a_change_keep_their_place_in_the_text(document: Document, action: str, place: int) -> None:
    after = apply_changes(document, [Change(("layers", 0), "Dropout", action)])
    assert after.key_spans["layers", place, "LSTM"] == document.key_spans["layers", 1, "LSTM"]
    assert after.spans["layers", place, "LSTM", "units"] == document.spans["layers", 1, "LSTM", "units"]


@pytest.mark.parametrize("way", [("layers", 1, "LSTM", "units", "more"), ("layers", 7, "LSTM", "units"), ("name", 0)])
def test_a_path_to_a_missing_place_is_an_error(document: Document, way: tuple[str | int, ...]) -> None:
    with pytest.raises(LookupError):
        apply_changes(document, [Change(way, 1)])
