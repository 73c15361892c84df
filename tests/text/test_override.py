"""`--set`: one value of a document from the command line."""

from pathlib import Path

import pytest

from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import Document
from tdcli.text.errors import SpecError
from tdcli.text.override import Setting, apply_settings
from tdcli.text.yaml_reader import parse_document

TEXT = """\
architecture:
  layers:
    - LSTM: {units: 5}
    - Flatten
training:
  epochs: 3
  optimizer: {name: adam, clipnorm: 1}
"""


def document() -> Document:
    return parse_document(TEXT, Path("spec.yaml"))


def changed(*settings: str) -> Document:
    return apply_settings(document(), settings)


def refused(setting: str) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        changed(setting)
    (only,) = caught.value.diagnostics
    return only


@pytest.mark.parametrize(
    ("setting", "section", "value"),
    [
        ("training.epochs=5", "training", {"epochs": 5, "optimizer": {"name": "adam", "clipnorm": 1}}),
        ("training.optimizer=sgd", "training", {"epochs": 3, "optimizer": "sgd"}),
        (
            "training.optimizer.clipnorm=1e-3",
            "training",
            {"epochs": 3, "optimizer": {"name": "adam", "clipnorm": 0.001}},
        ),
        (
            "training.metrics=[mae, mse]",
            "training",
            {"epochs": 3, "optimizer": {"name": "adam", "clipnorm": 1}, "metrics": ("mae", "mse")},
        ),
        ("architecture.layers.0.LSTM.units=7", "architecture", {"layers": ({"LSTM": {"units": 7}}, "Flatten")}),
        (
            "architecture.layers.1.Flatten.name=f",
            "architecture",
            {"layers": ({"LSTM": {"units": 5}}, {"Flatten": {"name": "f"}})},
        ),
        ("architecture.layers.1=Dropout", "architecture", {"layers": ({"LSTM": {"units": 5}}, "Dropout")}),
        ("data.path=a=b.csv", "data", {"path": "a=b.csv"}),
        ("name=", "name", None),
        ("name = x", "name", "x"),
        ("name=no", "name", "no"),
        ("name=__import__('os')", "name", "__import__('os')"),
        ("a.b.c=1", "a", {"b": {"c": 1}}),
    ],
)
def test_a_setting_replaces_one_value(setting: str, section: str, value: object) -> None:
    found = changed(setting).values
    assert found.pop(section) == value
    untouched = document().values
    untouched.pop(section, None)
    assert found == untouched


def test_a_later_setting_wins() -> None:
    assert changed("training.epochs=5", "training.epochs=6").values["training"]["epochs"] == 6


def test_the_document_itself_stays_as_it_was() -> None:
    before = document()
    apply_settings(before, ["training.epochs=5"])
    assert before.values == document().values


@pytest.mark.parametrize("setting", ["training.epochs", "=5", "", ".epochs=5", "training..epochs=5", "training.=5"])
def test_a_setting_without_key_or_value_is_refused(setting: str) -> None:
    found = refused(setting)
    assert (found.name, found.message) == ("wrong-override", f"`--set {setting}` is not `key=value`")
    assert found.help == ("write it as `--set training.epochs=5`",)


@pytest.mark.parametrize(
    ("setting", "missing"),
    [
        ("training.epochs.x=5", "training.epochs.x"),
        ("architecture.layers.2=Dense", "architecture.layers.2"),
        ("architecture.layers.x=Dense", "architecture.layers.x"),
        ("architecture.layers.-1=Dense", "architecture.layers.-1"),
        ("architecture.layers.1.Dense.units=2", "architecture.layers.1.Dense"),
        ("architecture.layers.²=Dense", "architecture.layers.²"),
        (f"architecture.layers.{'9' * 5000}=Dense", f"architecture.layers.{'9' * 5000}"),
    ],
)
def test_a_path_to_a_missing_place_is_refused(setting: str, missing: str) -> None:
    found = refused(setting)
    assert (found.name, found.message) == ("wrong-override", f"`{missing}` does not exist in the spec")
    assert str(found.span) == "--set:1:1"


@pytest.mark.parametrize(
    ("setting", "help"),
    [
        (
            "training.epochs.x=5",
            "`training.epochs` is 3, which has no keys; replace it with `--set training.epochs=...`",
        ),
        (
            "training.optimizer.name.lr=1",
            (
                '`training.optimizer.name` is text "adam", which has no keys; '
                "replace it with `--set training.optimizer.name=...`"
            ),
        ),
        (
            "architecture.layers.x=Dense",
            "`architecture.layers` is a list of 2 items; write `--set architecture.layers.0=...` for the first one",
        ),
    ],
)
def test_a_path_to_a_missing_place_lists_what_is_at_its_last_place(setting: str, help: str) -> None:
    assert refused(setting).help == (help,)


def test_a_setting_of_several_lines_is_named_in_one() -> None:
    assert refused("=a\nb" + "c" * 200).message == f"`--set =a b{'c' * 76}` is not `key=value`"


@pytest.mark.parametrize(
    ("setting", "name", "column", "message"),
    [
        ("a.b=[1, 2", "yaml-syntax", 10, "this is not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("a.b={c: 1, c: 2}", "duplicate-key", 12, "the key `c` is defined twice"),
        ("a.b=!!python/name:os x", "yaml-syntax", 5, "the tag `!!python/name:os` is not allowed in a spec"),
        (f"a.b={'9' * 40}", "wrong-value", 5, f"`{'9' * 40}` cannot be read as a whole number"),
        ("a.b=\x01", "yaml-syntax", 5, "this is not valid YAML: the character U+0001 is not allowed"),
    ],
)
def test_a_value_that_is_not_yaml_is_pointed_at(setting: str, name: str, column: int, message: str) -> None:
    found = refused(setting)
    assert (found.name, found.message) == (name, message)
    assert (str(found.span), found.span.source) == (f"--set:1:{column}", setting)


@pytest.mark.parametrize("setting", ["a=" + "[" * 10_000, "a." * 10_000 + "b=1"], ids=["value", "way"])
def test_a_setting_nested_too_deeply_is_refused(setting: str) -> None:
    assert refused(setting).message.endswith("is nested too deeply")


def test_the_places_of_a_replaced_value_are_those_of_the_setting() -> None:
    setting = "training.optimizer={name: sgd}"
    found = changed(setting)
    for way in (("training", "optimizer"), ("training", "optimizer", "name"), ("training", "optimizer", "clipnorm")):
        assert str(found.span(way)) == "--set:1:20"
        assert str(found.key_span(way)) == "--set:1:1"
    assert (found.span(("training", "optimizer")).width, found.span(("training", "optimizer")).source) == (11, setting)
    assert str(found.span(("training", "epochs"))) == "spec.yaml:6:11"


def test_a_section_that_only_a_setting_makes_is_placed_there() -> None:
    assert str(changed("trainin.epochs=5").key_span(("trainin",))) == "--set:1:1"


@pytest.mark.parametrize("text", ["training.epochs=5", "name=a=b", "training.epochs="])
def test_a_setting_knows_the_places_of_its_key_and_its_value(text: str) -> None:
    setting = Setting(text)
    key, value = (
        text[span.column - 1 : span.column - 1 + span.width] for span in (setting.key_span, setting.value_span)
    )
    assert (key, value) == tuple(text.split("=", 1))
    assert apply_settings(document(), [text]).key_span(tuple(key.split("."))) == setting.key_span
    assert apply_settings(document(), [text]).span(tuple(key.split("."))) == setting.value_span
