"""An expanded spec is the same model, layer by layer."""

from pathlib import Path

import numpy as np
import pytest

from tdcli.plan.plan import Plan
from tdcli.services.init.new_spec import new_spec
from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.expand import expand_spec
from tdcli.text.errors import SpecError

SPECS = Path(__file__).parents[3] / "specs"
STACK = """architecture:
  kind: many-to-many
  input: {timesteps: null, features: 3}
  recurrent: [{cell: GRU, units: 4, reset_after: false}, {units: 2, bidirectional: true, merge_mode: ave}]
  head: [{Dropout: {rate: 0.2}}, BatchNormalization]
  outputs: {units: 2, kernel_initializer: {VarianceScaling: {scale: 2.0}}}
"""


def same(one: Plan, other: Plan) -> bool:
    pairs = zip(one.steps, other.steps, strict=True)
    return one.input_shape == other.input_shape and all(
        (a.layer.arguments(), a.output_shape, a.parameters) == (b.layer.arguments(), b.output_shape, b.parameters)
        if not hasattr(a.layer, "layer")
        else (a.title, a.output_shape, a.parameters) == (b.title, b.output_shape, b.parameters)
        for a, b in pairs
    )


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_spec_and_its_expansion_have_the_same_layers(path: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(SPECS / "data")
    compiled = compile_spec(path)
    (tmp_path / "expanded.yaml").write_text(expand_spec(path), encoding="utf-8")
    again = compile_spec(tmp_path / "expanded.yaml")
    assert again.plan.kind == "layers"
    assert same(compiled.plan, again.plan)
    others = {"architecture", "search"}
    assert again.spec.model_dump(exclude=others) == compiled.spec.model_dump(exclude=others)
    searched = compiled.spec.search or {}  # what is searched in the kind has no such place in its layers
    assert (again.spec.search or {}) == {path: each for path, each in searched.items() if path.startswith("training.")}


def test_stacks_heads_and_masks_are_written_out(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(STACK, encoding="utf-8")
    text = expand_spec(tmp_path / "spec.yaml")
    assert text.splitlines()[3:] == [
        "  input: [null, 3]",
        "  layers:",
        "    - Masking",
        "    - GRU: {return_sequences: true, units: 4, reset_after: false}",
        "    - Bidirectional: {LSTM: {return_sequences: true, units: 2}, merge_mode: ave}",
        "    - TimeDistributed: {Dropout: {rate: 0.2}}",
        "    - TimeDistributed: BatchNormalization",
        "    - TimeDistributed: {Dense: {kernel_initializer: {VarianceScaling: {scale: 2.0}}, units: 2}}",
    ]


def test_an_expansion_expands_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(new_spec("layers", None, path).text, encoding="utf-8")
    once = expand_spec(path)
    path.write_text(once, encoding="utf-8")
    assert expand_spec(path) == once


def test_masked_frames_cannot_be_written_as_layers(tmp_path: Path) -> None:
    spec = (SPECS / "cnn_lstm.yaml").read_text(encoding="utf-8").partition("data:")[0]
    (tmp_path / "spec.yaml").write_text(
        spec + "data: {source: npy, x: x.npy, y: y.npy, padding: 0}\n", encoding="utf-8"
    )

    np.save(tmp_path / "x.npy", np.ones((4, 10, 32, 32, 3), np.float32))
    np.save(tmp_path / "y.npy", np.array([0, 1, 0, 1]))
    with pytest.raises(SpecError, match="masks padded frames"):
        expand_spec(tmp_path / "spec.yaml")
