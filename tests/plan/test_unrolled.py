"""What each layer does at each timestep."""

from pathlib import Path

import pytest

from tdcli.plan.unrolled import INPUT, UnrolledLayer, has_timesteps, unroll
from tdcli.services.specs.compile import compile_spec


def rows(folder: Path, layers: str, input: str = "[6, 4]") -> tuple[UnrolledLayer, ...]:
    text = f"architecture: {{kind: layers, input: {input}, layers: [{layers}]}}\n"
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    return unroll(compile_spec(folder / "spec.yaml").plan)


def test_the_sum_of_a_residual_block_reads_its_last_layer_and_what_the_block_reads(tmp_path: Path) -> None:
    inner = "{Residual: [LayerNormalization, ReLU]}"
    found = rows(tmp_path, f"{{Residual: [{{Dense: {{units: 4}}}}, {inner}]}}, {{Dense: {{units: 1}}}}")
    assert [(row.step.title, row.reads) for row in found] == [
        ("Dense", (INPUT,)),
        ("LayerNormalization", (0,)),
        ("ReLU", (1,)),
        ("Add", (2, 0)),
        ("Add", (3, INPUT)),
        ("Dense", (4,)),
    ]


@pytest.mark.parametrize(
    ("layer", "way"),
    [
        ("PReLU", "all steps"),  # Keras makes an alpha of (6, 4)
        ("PReLU: {shared_axes: 1}", "each step"),
        ("Normalization: {axis: [1, 2]}", "all steps"),
        ("Normalization", "each step"),
        ("Softmax", "each step"),
        ("Softmax: {axis: 1}", "all steps"),
        ("UnitNormalization: {axis: [1, 2]}", "all steps"),
        ("RMSNormalization", "each step"),
        ("GroupNormalization: {groups: 2}", "all steps"),  # its mean is over the timesteps too
    ],
)
def test_a_layer_treats_timesteps_alike_if_weights_and_sums_are_not_along_time(
    layer: str, way: str, tmp_path: Path
) -> None:
    (found,) = rows(tmp_path, f"{{{layer}}}" if ":" in layer else layer)
    assert found.way == way


def test_an_input_of_features_has_no_timesteps_and_one_of_tokens_has(tmp_path: Path) -> None:
    (dense,) = rows(tmp_path, "{Dense: {units: 2}}", "[4]")
    assert (dense.way, dense.timesteps) == ("no steps", 0)
    assert not has_timesteps(compile_spec(tmp_path / "spec.yaml").plan)
    (embedding,) = rows(tmp_path, "{Embedding: {input_dim: 9, output_dim: 2}}", "{shape: [4], dtype: int32}")
    assert (embedding.way, embedding.timesteps) == ("each step", 4)


def test_a_layer_that_makes_timesteps_is_no_walk_along_them(tmp_path: Path) -> None:
    found = rows(
        tmp_path, "{ConvLSTM1D: {filters: 2, kernel_size: 2}}, {LSTM: {units: 3, return_sequences: true}}", "[3, 5, 1]"
    )
    assert [(row.way, row.timesteps) for row in found] == [("forward", 0), ("all steps", 4)]
