"""The models of the tutorials: their shapes and counts, as the tutorials and Keras give them."""

from pathlib import Path
from typing import Any

import pytest

from tdcli.plan.plan import Plan
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import SpecError

SPECS = Path(__file__).parents[2] / "specs"


def compiled_text(text: str, folder: Path) -> Plan:
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return compile_spec(path).plan


@pytest.mark.parametrize(
    ("name", "shapes", "counts"),
    [
        ("one_to_one", [(5,), (1,)], [140, 6]),
        ("many_to_one", [(5,), (5,)], [140, 30]),
        ("many_to_many", [(5, 5), (5, 1)], [140, 6]),
        (
            "cnn_lstm",
            [
                (10, 30, 30, 32),
                (10, 15, 15, 32),
                (10, 13, 13, 64),
                (10, 6, 6, 64),
                (10, 2304),
                (128,),
                (2,),
            ],
            [896, 0, 18_496, 0, 0, 1_245_696, 258],
        ),
        ("time_distributed_dense", [(20, 64)], [704]),
        ("time_distributed_stack", [(10, 64), (10, 10)], [32 * 64 + 64, 64 * 10 + 10]),
        ("time_distributed_conv1d", [(10, 18, 32), (10, 32), (10, 10)], [3 * 32 + 32, 0, 32 * 10 + 10]),
        ("sequence_labelling", [(10, 64), (10, 10)], [4 * (32 + 64 + 1) * 64, 650]),
        ("variable_length", [(None, 32), (None, 1)], [4 * (5 + 32 + 1) * 32, 33]),
    ],
)
def test_a_tutorials_model_has_its_shapes_and_counts(name: str, shapes: list[Any], counts: list[int]) -> None:
    plan = compile_spec(SPECS / f"{name}.yaml").plan
    assert [step.output_shape[1:] for step in plan.steps] == shapes
    assert [step.parameters.total for step in plan.steps] == counts


def test_an_lstms_count_comes_with_its_arithmetic() -> None:
    step = compile_spec(SPECS / "one_to_one.yaml").plan.steps[0]
    assert (step.parameters.total, step.parameters.formula) == (140, "4 x ((1 + 1) x 5 + 5^2)")


def test_every_shipped_spec_has_the_count_in_its_header() -> None:
    paths = sorted(SPECS.glob("*.yaml"))
    assert paths
    for path in paths:
        (written,) = (line for line in path.read_text(encoding="utf-8").splitlines() if "Parameters:" in line)
        plan = compile_spec(path).plan
        assert written == f"# Parameters: {plan.trainable + plan.non_trainable:,}", path.name


def test_layers_are_named_as_keras_names_them(tmp_path: Path) -> None:
    layers = (
        "[{LSTM: {units: 2, return_sequences: true}}, {LSTM: {units: 2, name: last}}, {Dense: {units: 1}}, Flatten]"
    )
    plan = compiled_text(f"architecture: {{kind: layers, input: [5, 1], layers: {layers}}}", tmp_path)
    assert [step.name for step in plan.steps] == ["lstm", "last", "dense", "flatten"]


def test_frozen_weights_and_moving_averages_are_not_trainable(tmp_path: Path) -> None:
    layers = "[{Dense: {units: 3, trainable: false}}, BatchNormalization]"
    plan = compiled_text(f"architecture: {{kind: layers, input: [5, 2], layers: {layers}}}", tmp_path)
    assert (plan.trainable, plan.non_trainable) == (6, 9 + 6)
    assert plan.bytes == 4 * 21


UNKNOWN_TIMESTEPS = "architecture: {{kind: layers, input: [null, 6], layers: [{{TimeDistributed: {layer}}}]}}"


@pytest.mark.parametrize("layer", ["{Dense: {units: 2}}", "LayerNormalization", "{Dropout: {rate: 0.1}}"])
def test_layers_of_the_last_axis_do_without_a_known_number_of_timesteps(layer: str, tmp_path: Path) -> None:
    assert compiled_text(UNKNOWN_TIMESTEPS.format(layer=layer), tmp_path).output_shape[1] is None


@pytest.mark.parametrize(
    "layer",
    [
        "{LayerNormalization: {axis: 1}}",
        "{BatchNormalization: {axis: 1}}",
        "{Dropout: {rate: 0.1, noise_shape: [null, 6]}}",
    ],
)
def test_layers_that_unwrapping_would_change_need_a_known_number_of_timesteps(layer: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        compiled_text(UNKNOWN_TIMESTEPS.format(layer=layer), tmp_path)
    assert caught.value.diagnostics[0].name == "unknown-length"


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ("LSTM: {units: 4}", "recurrent layer"),
        ("Bidirectional: {LSTM: {units: 4}}", "recurrent layer"),
        ("Bidirectional: {LSTM: {units: 4, return_sequences: true}}", "recurrent layer"),
        ("TimeDistributed: {Dense: {units: 4}}", ""),
        ("GlobalMaxPooling1D", "GlobalMaxPooling1D"),
    ],
)
def test_the_layer_that_decides_whether_steps_come_out_is_found(layer: str, name: str, tmp_path: Path) -> None:
    text = f"architecture: {{kind: layers, input: [6, 3], layers: [{{Dense: {{units: 2}}}}, {{{layer}}}]}}\n"
    text = text.replace("{GlobalMaxPooling1D}", "GlobalMaxPooling1D")
    assert compiled_text(text, tmp_path).signature().time_layer == name
