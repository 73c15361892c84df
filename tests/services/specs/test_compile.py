"""What a spec says of loss, split and data is judged before TensorFlow is loaded, and pointed at."""

from pathlib import Path

import numpy as np
import pytest

from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.text.diagnostic import Diagnostic, Span
from tdcli.text.errors import SpecError

SPEC = """architecture: {kind: many-to-one, input: {timesteps: 4, features: 1}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, path: log.csv, target: v}
split: {validation: 0.2}
training: {epochs: 1}
"""


def diagnostic(spec: str, folder: Path) -> Diagnostic:
    (folder / "log.csv").write_text("\n".join(["v", *map(str, range(30))]) + "\n", encoding="utf-8")
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        prepare(compile_spec(folder / "spec.yaml"))
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("before", "after", "name", "place"),
    [
        ("epochs: 1", "loss: categorical_crossentropy", "loss-mismatch", "4:18"),
        ("epochs: 1", "metrics: [accuracy]", "metrics-mismatch", "4:21"),
        ("epochs: 1", "class_weight: balanced", "wrong-value", "4:26"),
        ("epochs: 1", "monitor: val_auc", "unknown-monitor", "4:21"),
        ("validation: 0.2", "validation: 40", "split-too-large", "3:1"),
        ("validation: 0.2", "validation: 0.001", "split-too-small", "3:1"),
        ("timesteps: 4", "timesteps: 90", "too-few-rows", "2:1"),
        ("target: v", "target: v, skip: 99", "too-few-rows", "2:1"),
    ],
)
def test_a_fault_points_at_the_section_that_is_to_change(
    before: str, after: str, name: str, place: str, tmp_path: Path
) -> None:
    found = diagnostic(SPEC.replace(before, after), tmp_path)
    assert (found.name, str(found.span)) == (name, f"{tmp_path / 'spec.yaml'}:{place}")


def test_sequences_of_any_length_need_a_mask(tmp_path: Path) -> None:
    layers = "{kind: layers, input: [null, 1], layers: [{LSTM: {units: 3}}, {Dense: {units: 1}}]}"
    spec = f"architecture: {layers}\ndata: {{source: csv, path: log.csv, layout: sequences, sequence: s, target: v}}\n"
    found = diagnostic(spec.replace("sequence: s", "sequence: v, features: v"), tmp_path)
    assert found.name == "masking-missing"
    assert "`Masking: {mask_value: 0}`" in found.help[0]


TOKENS = """architecture:
  kind: layers
  input: {{shape: [null], dtype: int32}}
  layers: [{{Embedding: {{input_dim: 9, output_dim: 2{mask}}}}}, {{LSTM: {{units: 3}}}}, {{Dense: {{units: 1}}}}]
data: {{source: npy, x: x.npy, y: y.npy, lengths: lengths.npy{padding}}}
"""


def token_fault(folder: Path, tokens: list[list[int]], **texts: str) -> Diagnostic:
    for name, values in {"x": tokens, "y": [[0.5], [1.5]], "lengths": [1, 3]}.items():
        np.save(folder / f"{name}.npy", np.array(values))
    return diagnostic(TOKENS.format(**{"mask": "", "padding": "", **texts}), folder)


def test_padded_tokens_need_an_embedding_that_skips_them(tmp_path: Path) -> None:
    found = token_fault(tmp_path, [[4, 0, 0], [1, 2, 3]])
    assert found.name == "masking-missing"
    assert found.help == (
        "write `mask_zero: true` in the `Embedding`, and number the tokens from 1",
        "or remove `lengths` to treat padded timesteps as real",
    )


@pytest.mark.parametrize("steps", ["2", "null"])
def test_lengths_in_front_of_a_layer_that_takes_no_mask_are_refused_by_its_name(steps: str, tmp_path: Path) -> None:
    for name, shape in {"x": (4, 2, 3), "y": (4, 1)}.items():
        np.save(tmp_path / f"{name}.npy", np.ones(shape))
    np.save(tmp_path / "lengths.npy", [1, 2, 2, 1])
    layers = "[{Conv1D: {filters: 2, kernel_size: 1}}, {LSTM: {units: 3}}, {Dense: {units: 1}}]"
    spec = f"architecture: {{kind: layers, input: [{steps}, 3], layers: {layers}}}\n"
    found = diagnostic(spec + "data: {source: npy, x: x.npy, y: y.npy, lengths: lengths.npy}\n", tmp_path)
    assert (found.name, str(found.span).rpartition("spec.yaml")[2]) == ("masking-missing", ":2:50")
    assert found.why == "the output would depend on the padding, because `Conv1D` cannot skip timesteps"
    assert found.help == ("remove `lengths` to treat padded timesteps as real",)


def test_tokens_are_padded_with_the_zero_that_the_embedding_skips(tmp_path: Path) -> None:
    found = token_fault(tmp_path, [[4, 0, 0], [1, 2, 3]], mask=", mask_zero: true", padding=", padding: 7")
    assert (found.name, found.message) == (
        "padding-mismatch",
        "padded timesteps hold 7, but the model masks timesteps that hold 0",
    )
    assert found.help == ("write `padding: 0`, or remove `mask_zero`",)


def test_a_real_token_must_not_be_the_padding(tmp_path: Path) -> None:
    found = token_fault(tmp_path, [[4, 0, 0], [1, 0, 3]], mask=", mask_zero: true")
    assert found.message == "sample 1, timestep 2 is the token 0, which `mask_zero` treats as padding"


def test_a_mask_of_another_value_than_the_padding_is_refused(tmp_path: Path) -> None:
    layers = "[{Masking: {mask_value: -1.0}}, {LSTM: {units: 3}}, {Dense: {units: 1}}]"
    spec = f"architecture: {{kind: layers, input: [null, 1], layers: {layers}}}\n"
    spec += "data: {source: csv, path: log.csv, layout: sequences, sequence: v, features: v, target: v, padding: -2}\n"
    found = diagnostic(spec, tmp_path)
    assert (found.name, found.message) == (
        "padding-mismatch",
        "padded timesteps hold -2, but the model masks timesteps that hold -1",
    )


def test_a_table_that_cannot_be_read_gets_one_diagnostic_alone(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a;b\n" + "1;2\n" * 9, encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(
        "architecture: {kind: many-to-one, input: {timesteps: 3}, recurrent: {units: 2}, outputs: 1}\n"
        "data: {source: csv, path: t.csv, target: a}\n",
        encoding="utf-8",
    )
    with pytest.raises(SpecError) as caught:
        compile_spec(tmp_path / "spec.yaml")
    assert [each.name for each in caught.value.diagnostics] == ["unreadable-data"]


SHIPPED = Path(__file__).parents[3] / "specs"


@pytest.mark.parametrize(
    ("spec", "setting", "lines"),
    [
        ("indoor_movement", "architecture.outputs=1", {"classes": ["class_names"]}),
        ("indoor_movement", "architecture.outputs={units: 3, activation: softmax}", {"classes": ["class_names"]}),
        ("basic_motions", "training.loss=mse", {"y": ["test"], "class_names": []}),
        ("basic_motions", "architecture.input=[100, 7]", {"x": ["test"]}),
    ],
)
def test_what_is_wrong_with_several_keys_of_the_data_is_told_once(
    spec: str, setting: str, lines: dict[str, list[str]]
) -> None:
    with pytest.raises(SpecError) as caught:
        compile_spec(SHIPPED / f"{spec}.yaml", [setting])
    found = {key(each.span): [key(note.span) for note in each.notes] for each in caught.value.diagnostics}
    assert found == lines


def key(span: Span | None) -> str:
    """Return the key at the beginning of the line."""
    return span.source.partition(":")[0].strip() if span else ""


def test_keys_that_numbers_do_not_need_are_removed_together() -> None:
    with pytest.raises(SpecError) as caught:
        compile_spec(SHIPPED / "indoor_movement.yaml", ["architecture.outputs=1"])
    assert "remove `classes` and `class_names` if the target is a number" in caught.value.diagnostics[0].help
