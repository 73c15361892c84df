"""A mask that is lost, begins too late or begins in vain: the layer that is named, and a cure that holds."""

from pathlib import Path

import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import SpecError

HEAD = "architecture:\n  kind: layers\n  input: [6, 3]\n  layers:\n"
SEQUENCES = "LSTM: {units: 3, return_sequences: true}"
LAST = ["LSTM: {units: 2}", "Dense: {units: 1}"]

CASES = {
    "a second Masking": (
        ["Masking", SEQUENCES, "Masking", *LAST],
        ("`Masking` drops the mask of its input", 7, "remove this `Masking`"),
        ["Masking", SEQUENCES, *LAST],
    ),
    "a Masking behind another layer": (
        ["TimeDistributed: {Dense: {units: 4}}", "Masking", *LAST],
        ("`Masking` must come before layers that change the padding", 6, "move it to the start"),
        ["Masking", "TimeDistributed: {Dense: {units: 4}}", *LAST],
    ),
    "a Masking within a residual block": (
        [f"Residual: [Masking, {{{SEQUENCES}}}]", *LAST],
        (
            "`Add` would treat padded timesteps as real data",
            5,
            "move the layer that marks them before the block",
        ),
        ["Masking", f"Residual: [{{{SEQUENCES}}}]", *LAST],
    ),
    "shares of a mask": (
        ["Masking", SEQUENCES, "Softmax"],
        (
            "`Softmax` would treat padded timesteps as real data",
            7,
            "write `Activation: {activation: softmax}` instead",
        ),
        ["Masking", SEQUENCES, "Activation: {activation: softmax}"],
    ),
    "means over groups": (
        ["Masking", "GroupNormalization: {groups: 3}", *LAST],
        (
            "`GroupNormalization` would treat padded timesteps as real data",
            6,
            "write `LayerNormalization`, which normalizes each timestep separately",
        ),
        ["Masking", "LayerNormalization", *LAST],
    ),
    "the mask that Keras drops": (
        ["Masking", "RMSNormalization", *LAST],
        (
            "`RMSNormalization` would treat padded timesteps as real data",
            6,
            "write `LayerNormalization`, which passes the mask on",
        ),
        ["Masking", "LayerNormalization", *LAST],
    ),
}


def written(layers: list[str], folder: Path) -> Path:
    path = folder / "spec.yaml"
    path.write_text(HEAD + "".join(f"    - {layer}\n" for layer in layers), encoding="utf-8")
    return path


@pytest.mark.parametrize("case", CASES)
def test_the_layer_is_named_and_the_cure_mends_it(case: str, tmp_path: Path) -> None:
    wrong, (message, line, help), right = CASES[case]
    with pytest.raises(SpecError) as caught:
        compile_spec(written(wrong, tmp_path))
    first = caught.value.diagnostics[0]
    assert (first.name, first.message, first.span and first.span.line) == ("mask-lost", message, line)
    assert first.help == (help,)
    assert compile_spec(written(right, tmp_path)).plan.mask_value == 0


def test_padded_frames_behind_other_layers_are_marked_by_the_data(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    text = "architecture: {kind: layers, input: [6, 5, 3], layers: ["
    text += "{TimeDistributed: Flatten}, {Masking: {mask_value: -1}}, {LSTM: {units: 2}}]}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        compile_spec(path)
    assert caught.value.diagnostics[0].help == ("remove it, and write `padding: -1` in `data`",)


def test_a_mask_begins_where_a_wrapped_layer_is_in_the_spec(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    text = "architecture:\n  kind: cnn-lstm\n  input: {timesteps: 4, frame: [5, 3]}\n  cnn:\n"
    text += "    - Masking\n    - LSTM: {units: 2}\n  recurrent: {units: 2}\n  outputs: 1\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        compile_spec(path)
    (diagnostic,) = caught.value.diagnostics
    assert (str(diagnostic.span), diagnostic.help) == (f"{path}:5:7", ("remove the `Masking`",))
