"""A filled spec says all that the spec leaves to defaults, and is the same spec."""

from pathlib import Path

import pytest
import yaml

from tdcli.layers.core.registry import find_layer, layer_names
from tdcli.report.terminal.filled import render_filled
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.spec.training import Training

SPECS = Path(__file__).parents[2] / "specs"
MIXED = """architecture:
  kind: layers
  input: {shape: [null, 4]}
  layers:
    - Residual: [{Dense: {units: 4}}, Dropout: {rate: 0.5}]
    - Bidirectional: {LSTM: {units: 3, return_sequences: true}, merge_mode: sum}
    - TimeDistributed: {Dense: {units: 2, kernel_regularizer: {L2: {l2: 0.1}}}}
training:
  optimizer: {name: adam, learning_rate: 1e-3}
  early_stopping: {patience: 3}
"""


def again(compiled: Compiled, folder: Path) -> Compiled:
    (folder / "filled.yaml").write_text(render_filled(compiled), encoding="utf-8")
    return compile_spec(folder / "filled.yaml")


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_filled_spec_is_the_same_spec(path: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(SPECS / "data")
    compiled = compile_spec(path)
    filled_again = again(compiled, tmp_path)
    assert filled_again.spec == compiled.spec
    assert render_filled(filled_again) == render_filled(compiled)


def test_wrappers_residual_blocks_and_arguments_of_arguments_come_back(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(MIXED, encoding="utf-8")
    compiled = compile_spec(tmp_path / "spec.yaml", ["name=filled"])
    assert again(compiled, tmp_path).spec == compiled.spec


@pytest.mark.parametrize("name", sorted(layer_names()))
def test_a_layer_is_filled_with_every_argument_it_has(name: str, tmp_path: Path) -> None:
    layer = find_layer(name)
    assert layer is not None
    example = layer.examples[0]
    shape = ", ".join("null" if size is None else str(size) for size in example.input_shape[1:])
    dtype = "int32" if layer.takes_integers else "float32"
    (tmp_path / "filled.yaml").write_text(
        f"architecture: {{kind: layers, input: {{shape: [{shape}], dtype: {dtype}}}, layers: [{{{name}: "
        f"{yaml.safe_dump(example.arguments, default_flow_style=True, width=10**6).strip()}}}]}}",
        encoding="utf-8",
    )
    compiled = compile_spec(tmp_path / "filled.yaml")
    text = render_filled(compiled)
    assert all(f"{argument}:" in text for argument in layer.model_fields if argument != "layer")
    assert again(compiled, tmp_path).plan.steps[0].layer == compiled.plan.steps[0].layer


def test_only_what_was_added_is_shown_with_the_keys_above_it(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(MIXED, encoding="utf-8")
    added = render_filled(compile_spec(tmp_path / "spec.yaml"), added=True).splitlines()
    assert "spec: 1  # version of the format" in added
    assert "  epochs: 10  # passes over the training set" in added
    assert "    min_delta: 0.0  # smallest change that counts as an improvement, in the units of the metric" in added
    assert not [line for line in added if line.strip().startswith(("patience", "learning_rate", "kind"))]


def test_every_setting_of_the_training_is_shown_with_its_unit() -> None:
    assert [key for key in Training.model_fields if not Training.meaning(key)] == []
