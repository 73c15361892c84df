"""What to write where sizes do not go together: each help names the size that does, and no other fault follows it."""

from pathlib import Path

import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import SpecError


def helps(input: str, *layers: str, folder: Path) -> tuple[str, ...]:
    text = f"architecture:\n  kind: layers\n  input: {input}\n  layers:\n"
    (folder / "spec.yaml").write_text(text + "".join(f"    - {layer}\n" for layer in layers), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        compile_spec(folder / "spec.yaml")
    return caught.value.diagnostics[0].help


@pytest.mark.parametrize(
    ("layer", "help"),
    [
        (
            "MaxPooling1D: {pool_size: 20}",
            ("write `pool_size: 6`", "write `GlobalMaxPooling1D` to pool all positions"),
        ),
        (
            "AveragePooling1D: {pool_size: 20}",
            ("write `pool_size: 6`", "write `GlobalAveragePooling1D` to pool all positions"),
        ),
        ("Conv1D: {filters: 4, kernel_size: 20}", ("write `kernel_size: 12`", "write `padding: same`")),
        ("Conv1D: {filters: 4, kernel_size: 40}", ("write `kernel_size: 12`",)),
        ("Reshape: {target_shape: [12, 9]}", ("write `target_shape: [12, 8]`",)),
        ("Reshape: {target_shape: [10, 24]}", ("write `target_shape: [4, 24]`",)),
        ("Reshape: {target_shape: [5, 7]}", ("write a `target_shape` whose product is 96",)),
        ("Residual: [{LSTM: {units: 8}}]", ("write `return_sequences: true` in the `LSTM` on line 5",)),
        (
            "Residual: [{Bidirectional: {LSTM: {units: 8, return_sequences: true}}}]",
            (
                "add `- Dense: {units: 16}` before the `Residual` to give its input the same width",
                "write `units: 4` in the `LSTM` on line 5",
                "write `merge_mode: sum` in the `Bidirectional` on line 5, next to its layer",
            ),
        ),
        ("Residual: [{Conv1D: {filters: 8, kernel_size: 3}}]", ("write `padding: same` in the `Conv1D` on line 5",)),
        (
            "Residual: [{Conv1D: {filters: 8, kernel_size: 3, padding: same}}, {MaxPooling1D: {pool_size: 2}}]",
            ("remove the `MaxPooling1D` on line 5",),
        ),
        (
            "Residual: [{Conv1D: {filters: 8, kernel_size: 3, strides: 2}}]",
            ("write `strides: 1` in the `Conv1D` on line 5, and write `padding: same` in the `Conv1D` on line 5",),
        ),
    ],
)  # fmt: skip
def test_the_size_that_goes_with_the_others_is_named(layer: str, help: tuple[str, ...], tmp_path: Path) -> None:
    assert helps("[12, 8]", layer, "Dense: {units: 1}", folder=tmp_path) == help


def test_a_pooling_before_other_windows_is_not_made_global(tmp_path: Path) -> None:
    layers = ("MaxPooling1D: {pool_size: 20}", "Conv1D: {filters: 4, kernel_size: 2}")
    assert helps("[12, 8]", *layers, folder=tmp_path) == ("write `pool_size: 6`",)


def test_where_a_single_place_is_left_nothing_is_to_be_pooled(tmp_path: Path) -> None:
    layers = ("Conv1D: {filters: 4, kernel_size: 12}", "MaxPooling1D: {pool_size: 2}", "Flatten", "Dense: {units: 1}")
    assert helps("[12, 8]", *layers, folder=tmp_path) == (
        "remove the `MaxPooling1D`: only one position is left to pool",
    )


def test_the_numbers_to_cut_up_come_from_the_layer_before(tmp_path: Path) -> None:
    layers = ("LSTM: {units: 10}", "Reshape: {target_shape: [-1, 3]}", "LSTM: {units: 4}")
    assert helps("[12, 8]", *layers, folder=tmp_path) == ("write `units: 12` in the `LSTM` on line 5",)


def test_a_squeezed_sequence_is_unfolded_once_for_each_step_of_the_input(tmp_path: Path) -> None:
    layers = ("LSTM: {units: 2}", "LSTM: {units: 8, return_sequences: true}")
    assert "RepeatVector: {n: 12}" in helps("[12, 8]", *layers, folder=tmp_path)[0]
    assert len(helps("[12, 8]", "LSTM: {units: 16}", layers[1], folder=tmp_path)) == 1
    assert len(helps("[null, 8]", *layers, folder=tmp_path)) == 1


@pytest.mark.parametrize(
    ("layer", "zeros"),
    [("SeparableConv1D: {filters: 4, ", 2), ("DepthwiseConv1D: {", 2), ("DepthwiseConv1D: {dilation_rate: 3, ", 6)],
)
def test_zeros_in_front_replace_padding_that_conv1d_alone_has(layer: str, zeros: int, tmp_path: Path) -> None:
    found = helps("[12, 8]", f"{layer}kernel_size: 3, padding: causal}}", folder=tmp_path)
    assert f"`- ZeroPadding1D: {{padding: [{zeros}, 0]}}`" in found[0]
