"""Two specs side by side: what was set otherwise, which layers came and went, what it comes to."""

import json
from pathlib import Path

import pytest

from tdcli.report.terminal.diff import render_difference
from tdcli.runs.folder import FORMAT
from tdcli.services.runs.diff import diff_specs
from tdcli.text.errors import SpecError

SPECS = Path(__file__).parents[3] / "specs"
LAYERS = "architecture:\n  kind: layers\n  input: [10, 4]\n  layers:\n"


def spec(folder: Path, name: str, *layers: str, rest: str = "") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(f"name: one\n{LAYERS}" + "".join(f"    - {layer}\n" for layer in layers) + rest, encoding="utf-8")
    return path


def test_the_tutorials_two_heads_differ_by_twenty_four_weights() -> None:
    """Dense(5) on the last step has 30 weights, one Dense(1) for all five steps 6: 170 and 146 in all."""
    found = diff_specs(SPECS / "many_to_one.yaml", SPECS / "many_to_many.yaml")
    assert [(each.change, each.title, each.parameters) for each in found.layers] == [
        ("changed", "LSTM", (140, 140)),
        ("removed", "Dense", (30, None)),
        ("added", "TimeDistributed(Dense)", (None, 6)),
    ]
    assert next((each.name, each.old, each.new) for each in found.totals) == ("parameters", 170, 146)
    (changed,) = found.layers[0].arguments
    assert (changed.name, changed.old, changed.new) == ("return_sequences", False, True)


def test_layers_are_aligned_around_what_was_put_in(tmp_path: Path) -> None:
    old = spec(tmp_path, "old", "Conv1D: {filters: 4, kernel_size: 3}", "LSTM: {units: 3}", "Dense: {units: 1}")
    new = spec(
        tmp_path, "new", "Conv1D: {filters: 8, kernel_size: 3}", "MaxPooling1D", "LSTM: {units: 3}", "Dense: {units: 1}"
    )
    found = diff_specs(old, new)
    assert [each.change for each in found.layers] == ["changed", "added", "changed", "same"]
    assert found.layers[0].output_shape == ((None, 8, 4), (None, 8, 8))
    assert found.layers[2].arguments == ()
    assert found.settings == ()


def test_a_default_written_out_is_not_a_difference(tmp_path: Path) -> None:
    old = spec(tmp_path, "old", "LSTM: {units: 3}")
    new = spec(tmp_path, "new", "LSTM: {units: 3, activation: tanh}", rest="training: {epochs: 10}\n")
    found = diff_specs(old, new)
    assert found.is_empty
    assert render_difference(found, "table") == f"{old} and {new} are equivalent"


def test_settings_are_named_by_their_keys(tmp_path: Path) -> None:
    old = spec(tmp_path, "old", "LSTM: {units: 3}", rest="training: {epochs: 10, optimizer: sgd}\n")
    new = spec(tmp_path, "new", "LSTM: {units: 3}", rest="training: {optimizer: {name: adam, clipnorm: 1.0}}\n")
    found = diff_specs(old, new)
    assert [(each.name, each.old, each.new) for each in found.settings] == [
        ("training.optimizer.name", "sgd", "adam"),
        ("training.optimizer.clipnorm", None, 1.0),
    ]
    assert json.loads(render_difference(found, "json"))["settings"][1]["new"] == 1.0


def test_a_folder_that_is_not_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="is not a run folder"):
        diff_specs(SPECS / "many_to_one.yaml", tmp_path)


def test_a_run_is_compared_by_the_spec_that_it_keeps(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.json").write_text(json.dumps({"format": FORMAT}), encoding="utf-8")
    text = (SPECS / "many_to_one.yaml").read_text(encoding="utf-8")
    (run / "spec.yaml").write_text(text, encoding="utf-8")
    assert diff_specs(SPECS / "many_to_one.yaml", run).is_empty
