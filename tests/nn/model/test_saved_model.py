"""What is saved is stock Keras: it counts as the summary does, and predicts where tdcli cannot be imported."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.formats.keras import File
from tdcli.nn.model.build import build_core, build_model
from tdcli.nn.model.serving import UnitConversion, serving_model
from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.training.setup import build_loop
from tdcli.nn.training.train import Trained
from tdcli.plan.plan import Plan
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec

SPECS = Path(__file__).parents[3] / "specs"
RNG = np.random.default_rng(2)
LENGTHS = np.array([6, 2, 4, 1, 6, 3])

ALONE = """
import importlib.abc, json, sys

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "tdcli":
            raise ImportError("tdcli is not installed here")

sys.meta_path.insert(0, Refuse())
import keras, numpy as np
for name in json.loads(sys.argv[1]):
    model = keras.saving.load_model(f"{name}.keras")
    np.save(f"{name}_alone.npy", model(np.load(f"{name}_x.npy")))
"""


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_keras_gives_every_shipped_spec_the_shapes_and_counts_of_the_summary(path: Path) -> None:
    plan: Plan = compile_spec(path).plan
    model = build_model(plan)
    assert model.output_shape == plan.output_shape
    assert sum(weight.shape.num_elements() for weight in model.trainable_weights) == plan.trainable
    assert sum(weight.shape.num_elements() for weight in model.non_trainable_weights) == plan.non_trainable
    shapes = {layer.name: layer.output.shape for layer in model.layers}
    assert all(shapes[step.name] == step.output_shape for step in plan.steps)


def sequences(kind: str, rest: str) -> str:
    return f"{{kind: {kind}, input: {{timesteps: 6, features: 3}}, recurrent: {{units: 4}}, {rest}}}"


def with_random_weights(core: Any) -> Any:
    """Set weights as far from their start as those of a training, variances positive."""
    values = [RNG.uniform(0.1 if "variance" in each.path else -1, 1, each.shape) for each in core.weights]
    core.set_weights(values)
    return core


def problems(problem: Callable[..., Any]) -> dict[str, Any]:
    """Load data for a model of every shape that the serving model takes."""
    x = RNG.normal(5, 3, size=(6, 6, 3)).astype("float32")
    y, step_codes = RNG.normal(50, 9, size=(6, 1)).astype("float32"), RNG.integers(0, 3, (6, 6))
    frames = RNG.normal(size=(6, 6, 4, 4, 1)).astype("float32")
    cnn = "input: {timesteps: 6, frame: [4, 4, 1]}, cnn: [{Conv2D: {filters: 2, kernel_size: 3}}, Flatten]"
    masked = {"lengths": LENGTHS}
    softmax = "outputs: {units: 3, activation: softmax}"
    return {
        "scaled": problem(sequences("many-to-one", "outputs: 1"), "{}", ", scale: standard", x=x, y=y),
        "masked": problem(
            sequences("many-to-one", softmax), "{}", ", scale: minmax", x=x, y=step_codes[:, 0], **masked
        ),
        "labelled": problem(sequences("many-to-many", softmax), "{}", x=x, y=step_codes, **masked),
        "frames": problem(
            f"{{kind: cnn-lstm, {cnn}, recurrent: {{units: 3}}, {softmax}}}",
            "{}",
            x=frames,
            y=step_codes[:, 0],
            **masked,
        ),
        "attention": problem(
            "{kind: layers, input: [6, 3], layers: [{MultiHeadAttention: {num_heads: 2, key_dim: 2}},"
            " {RMSNormalization: {}}, {GlobalAveragePooling1D: {}}, {Dense: {units: 1}}]}",
            "{}",
            ", scale: standard",
            x=x,
            y=y,
        ),
        "residual": problem(
            "{kind: encoder-decoder, input: {timesteps: 6, features: 3}, encoder: {units: 3}, decoder: {units: 4},"
            " output_timesteps: 6, head: [{Residual: [{Dense: {units: 4}}]}], outputs: 2}",
            "{}",
            ", scale: standard, target_lengths: 6",
            x=x,
            y=np.repeat(y[..., None], 6, axis=1).repeat(2, axis=2),
            **masked,
        ),
        "batches": problem(
            "{kind: layers, input: [6, 3], layers: [{Conv1D: {filters: 4, kernel_size: 3}}, BatchNormalization,"
            " {Bidirectional: {GRU: {units: 3}}}, {Dropout: {rate: 0.2}}, {Dense: {units: 1}}]}",
            "{}",
            x=x,
            y=y,
        ),
    }


def cores_of_training(found: Any) -> tuple[Any, Any]:
    """Return the core that trains, as if it had trained, and the one that a training keeps."""
    compiled = found.compiled
    loop = build_loop(found.inputs)
    core = loop.train_step.problem.core
    with_random_weights(core)
    trained = Trained(loop.epochs.best)
    trained.capture_weights(loop, compiled.plan)
    return core, trained.core


def layers_beside_stock(model: Any) -> set[str]:
    """Return the names of classes that are not Keras's, those inside wrappers among them."""
    classes = {type(each) for each in model._flatten_layers()}
    return {each.__name__ for each in classes if not each.__module__.startswith("keras.")}


def test_a_saved_model_holds_stock_layers_alone_and_predicts_the_same_without_tdcli(
    problem: Callable[..., Any], tmp_path: Path
) -> None:
    cores: dict[str, Any] = {}
    faster: set[str] = set()
    for name, found in problems(problem).items():
        data = found.prepared.data
        plan = found.compiled.plan
        core, kept = cores_of_training(found)
        faster |= layers_beside_stock(core)
        model = serving_model(kept, plan, UnitConversion.from_data(data))
        assert layers_beside_stock(model) == set(), name
        assert model.count_params() == plan.trainable + plan.non_trainable, name
        model.save(tmp_path / f"{name}.keras")
        np.save(tmp_path / f"{name}_x.npy", data.train.x)
        scaled = data.train.x if data.x_scaling is None else data.x_scaling.scaled(data.train.x)
        outputs = np.asarray(core(scaled, mask=data.train.valid))
        cores[name] = outputs if data.y_scaling is None else data.y_scaling.unscaled(outputs), data.train
    assert faster == {"FastLSTM", "FastGRU", "FoldedTimeDistributed"}
    arguments = [sys.executable, "-c", ALONE, json.dumps(list(cores))]
    subprocess.run(arguments, cwd=tmp_path, check=True, capture_output=True)
    for name, (expected, part) in cores.items():
        alone = np.load(tmp_path / f"{name}_alone.npy")
        real = ... if part.y_valid is None else part.y_valid
        np.testing.assert_allclose(alone[real], expected[real], rtol=1e-5, atol=1e-6, err_msg=name)
    for name in ("masked", "residual"):
        outputs = File(tmp_path / f"{name}.keras").outputs(cores[name][1].x)
        np.testing.assert_allclose(np.load(tmp_path / f"{name}_alone.npy"), outputs, rtol=1e-6, atol=1e-6)


def test_a_learnt_change_is_added_to_the_last_known_value() -> None:
    """With all weights of the outputs zero the change is its mean, so the forecast is persistence plus that mean."""
    compiled = compile_spec(SPECS / "temperature.yaml")
    data = prepare(compiled).data
    model = serving_model(build_core_with_zeros(compiled.plan), compiled.plan, UnitConversion.from_data(data))
    assert data.test is not None
    assert data.y_scaling is not None
    windows = data.test.x.read(np.arange(50))
    expected = windows[:, -1, :1] + data.y_scaling.mean
    np.testing.assert_allclose(model(windows), expected, rtol=1e-5)


def test_a_learnt_change_is_added_to_every_step_of_a_sequence_of_its_own(tmp_path: Path) -> None:
    table = "a\n" + "".join(f"{value}\n" for value in RNG.normal(size=40).cumsum())
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(
        "architecture: {kind: encoder-decoder, input: {timesteps: 5, features: 1}, encoder: {units: 2},"
        " decoder: {units: 2}, output_timesteps: 3, outputs: 1}\n"
        "data: {source: csv, path: a.csv, target: a, steps: 3, target_change: true}\n",
        encoding="utf-8",
    )
    compiled = compile_spec(tmp_path / "spec.yaml")
    data = prepare(compiled).data
    model = serving_model(build_core_with_zeros(compiled.plan), compiled.plan, UnitConversion.from_data(data))
    assert data.y_scaling is not None
    assert data.train.origin is not None
    expected = data.train.origin + data.y_scaling.mean
    np.testing.assert_allclose(model(data.train.x), expected, rtol=1e-5, atol=1e-6)


def build_core_with_zeros(plan: Plan) -> Any:
    core = build_core(plan)
    core.set_weights([np.zeros_like(weight) for weight in core.get_weights()])
    return core


def test_unknown_timesteps_give_what_keras_gives_at_each_fixed_length() -> None:
    plan = compile_spec(SPECS / "variable_length.yaml").plan
    model = build_model(plan)
    for steps in (2, 7):
        x = RNG.normal(size=(3, steps, 5)).astype("float32")
        fixed_input = keras.Input((steps, 5))
        hidden = keras.layers.LSTM(32, return_sequences=True)(fixed_input)
        fixed = keras.Model(fixed_input, keras.layers.TimeDistributed(keras.layers.Dense(1))(hidden))
        fixed.set_weights(model.get_weights())
        np.testing.assert_allclose(model(x), fixed(x), rtol=1e-5, atol=1e-6)
