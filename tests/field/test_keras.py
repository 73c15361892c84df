"""Specs from the field that Keras takes and that went wrong here: freezing, scripts, axes of initializers."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tdcli.nn.model.build import build_model
from tdcli.nn.runtime.tensorflow import keras
from tdcli.script.document import write_script
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.text.errors import SpecError

CASES = Path(__file__).parent / "K"
COUNTS = {
    "frozen-attention": (11, 15),
    "code-frozen-conv-lstm": (26, 80),
    "code-padding-1d": (101, 0),
    "initializer-axes": (101, 0),
}


def counts(model: Any) -> tuple[int, int]:
    kinds = (model.trainable_weights, model.non_trainable_weights)
    trainable, fixed = (sum(int(np.prod(each.shape)) for each in kind) for kind in kinds)
    return trainable, fixed


def of_script(compiled: Compiled, folder: Path) -> Any:
    write_script(compiled, folder / "script.py")
    module = ModuleType("script")
    exec((folder / "script.py").read_text(encoding="utf-8"), vars(module))  # noqa: S102 (it is what is tested)
    return module.build_model()


@pytest.mark.parametrize("name", COUNTS)
def test_plan_model_and_script_have_the_weights_that_the_spec_asks_for(name: str, tmp_path: Path) -> None:
    compiled = compile_spec(CASES / f"{name}.yaml", ["data={source: synthetic, task: sine}"] if "axes" in name else [])
    plan = compiled.plan
    model, script = build_model(plan), of_script(compiled, tmp_path)
    assert (plan.trainable, plan.non_trainable) == counts(model) == counts(script) == COUNTS[name]
    assert plan.output_shape == model.output_shape == script.output_shape


def test_training_leaves_a_frozen_attention_as_it_was(tdcli: Callable[..., Any], tmp_path: Path) -> None:
    shutil.copy(CASES / "frozen-attention.yaml", tmp_path)
    spec, weights = tmp_path / "frozen-attention.yaml", []
    for rate in ("0.0", "0.1"):
        run = tmp_path / rate
        settings = ["--set", "data.samples=16", "--set", f"training.optimizer={{name: sgd, learning_rate: {rate}}}"]
        assert tdcli("train", spec, "--run", run, *settings).code == 0
        model = keras.saving.load_model(run / "last.keras")
        weights.append([layer.get_weights() for layer in model.layers if layer.weights])
    (still, dense), (trained, moved) = weights
    assert all(np.array_equal(*pair) for pair in zip(still, trained, strict=True))
    assert not np.array_equal(dense[0], moved[0])


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("kernel_initializer={HeNormal: {input_axes: 7, output_axes: -1}}", "this weight has 2 axes, got axis `7`"),
        ("kernel_initializer={HeNormal: {input_axes: [0], output_axes: [-3]}}", "2 axes, got axis `-3`"),
        ("bias_initializer={HeNormal: {input_axes: 1, output_axes: 0}}", "1 axis, got axis `1`"),
        ("kernel_constraint={MaxNorm: {axis: 5}}", "2 axes, got axis `5`"),
        ("kernel_constraint={UnitNorm: {axis: [0, -2]}}", "an axis is listed twice"),
        ("bias_initializer=identity", "needs a matrix, but this weight is not one"),
    ],
)
def test_axes_that_a_weight_does_not_have_are_refused_at_the_value(argument: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        compile_spec(CASES / "initializer-axes.yaml", [f"architecture.layers.1.Dense.{argument}"])
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.name, message in diagnostic.message) == ("wrong-value", True)


SIZES = "[] [1,2] 0 -1 true 2.5 1000000000000 [[1]] [null]".split()
SIZED = ["MaxPooling1D: {pool_size: SIZE}", "Conv1D: {filters: 2, kernel_size: SIZE}", "RepeatVector: {n: SIZE}"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layer", SIZED)
def test_a_text_that_is_not_a_size_is_refused(layer: str, size: str, tmp_path: Path) -> None:
    written = layer.replace("SIZE", size)
    layers = f"[{{{written}}}, Flatten, {{Dense: {{units: 1}}}}]"
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"architecture: {{kind: layers, input: [9, 1], layers: {layers}}}", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        compile_spec(spec)
    assert {each.name for each in caught.value.diagnostics} <= {"wrong-value", "wrong-type"}
