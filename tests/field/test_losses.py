"""Questions from the field about the end of a model: its loss, its activation and its target."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_document, compile_spec
from tdcli.services.specs.fix import fix_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_document

BINARY = """architecture:
  kind: layers
  input: [10, 6]
  layers:
    - LSTM: {{units: 3, return_sequences: true}}
    - LSTM: {{units: 3}}
    - Dense: {{units: 1{activation}}}
data: {{source: npy, x: x.npy, y: y.npy}}
training: {{epochs: 1, loss: binary_crossentropy, metrics: [accuracy]}}
"""

FORECAST = """architecture:
  kind: {kind}
  input: {{timesteps: 10, features: 1}}
  recurrent: {{units: 4}}
  outputs: {outputs}
data: {{source: csv, path: table.csv, features: [a], target: target{data}}}
split: {{by: time, validation: 0.2, test: 0.2}}
training: {{epochs: 2{loss}}}
"""


def diagnostic(text: str, folder: Path) -> Diagnostic:
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        prepare(compile_spec(folder / "spec.yaml"))
    (found,) = caught.value.diagnostics
    return found


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Write labels 0 and 1 of noise (A14)."""
    rng = np.random.default_rng(0)
    np.save(tmp_path / "x.npy", rng.normal(size=(50, 10, 6)).astype("float32"))
    np.save(tmp_path / "y.npy", rng.integers(0, 2, 50))
    return tmp_path


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Write a wave around 0, and the same as visits from 66 to 130 (A22)."""
    wave = 3 * np.sin(np.arange(200) / 5)
    rows = [f"{a:.3f},{a:.4f},{round(98 + a * 10.5)}" for a in wave]
    (tmp_path / "table.csv").write_text("\n".join(["a,target,visits", *rows]) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("activation", ["", ", activation: linear", ", activation: relu", ", activation: tanh"])
def test_probabilities_are_wanted_and_the_fix_makes_them(labels: Path, activation: str) -> None:
    found = diagnostic(BINARY.format(activation=activation), labels)
    assert found.name == "loss-mismatch"
    assert found.message.startswith("`binary_crossentropy` needs outputs from 0 to 1, but the outputs have ")
    assert found.help == ("write `activation: sigmoid` in the `Dense` on line 7",)
    assert fix_spec(labels / "spec.yaml") == 1
    assert prepare(compile_spec(labels / "spec.yaml")).data.classes == ("0", "1")


def test_a_sigmoid_is_what_binary_crossentropy_wants(labels: Path) -> None:
    (labels / "spec.yaml").write_text(BINARY.format(activation=", activation: sigmoid"), encoding="utf-8")
    assert warnings_for(compile_spec(labels / "spec.yaml")) == ()


def test_keras_learns_nothing_from_a_linear_output_below_0() -> None:
    """The reason that is given: in Keras the gradient there is 0."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    outputs = tf.constant([[-0.5], [0.5], [1.5]])
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        loss = keras.losses.binary_crossentropy(tf.constant([[1.0], [1.0], [0.0]]), outputs)
    below, within, above = (float(each) for each in np.ravel(tape.gradient(loss, outputs)))
    assert below == above == 0 != within


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ("{units: 1, activation: relu}", "`relu` outputs are 0 or more, but `target` ranges from -3"),
        ("{units: 1, activation: tanh}", "`tanh` outputs are from -1 to 1, but `target` ranges from -3"),
    ],
)
@pytest.mark.parametrize("kind", ["many-to-one", "many-to-many"])
def test_outputs_that_cannot_reach_the_target_are_told(series: Path, kind: str, outputs: str, message: str) -> None:
    found = diagnostic(FORECAST.format(kind=kind, outputs=outputs, data="", loss=""), series)
    assert found.name == "target-mismatch"
    assert found.message.startswith(message)
    assert found.help[0] == "write `outputs: 1` to predict numbers of any size"


def test_a_sigmoid_for_fractions_is_a_number_and_not_118_classes(series: Path) -> None:
    text = FORECAST.format(kind="many-to-one", outputs="{units: 1, activation: sigmoid}", data="", loss="")
    found = diagnostic(text, series)
    assert found.name == "class-mismatch"
    assert found.help == ("write `outputs: 1` to predict a number",)


def test_a_sigmoid_for_many_whole_numbers_is_a_number_first(series: Path) -> None:
    text = FORECAST.format(kind="many-to-one", outputs="{units: 1, activation: sigmoid}", data="", loss="")
    found = diagnostic(text.replace("target: target", "target: visits"), series)
    assert found.help[0] == "write `outputs: 1` to predict a number"


@pytest.mark.parametrize(
    ("outputs", "data", "loss"),
    [("1", "", ""), ("{units: 1, activation: sigmoid}", ", scale: {target: minmax}", ", loss: mse")],
)
def test_a_spec_mended_as_advised_is_prepared(series: Path, outputs: str, data: str, loss: str) -> None:
    (series / "spec.yaml").write_text(
        FORECAST.format(kind="many-to-one", outputs=outputs, data=data, loss=loss), encoding="utf-8"
    )
    compiled = compile_spec(series / "spec.yaml")
    assert prepare(compiled).data.y_scaling is not None
    assert compiled.objective.metrics == ("mae", "rmse")


def warned(outputs: str, loss: str) -> list[Any]:
    text = (
        "architecture: {kind: many-to-one, input: {timesteps: 2, features: 1}, recurrent: {units: 2},"
        f" outputs: {outputs}}}\ntraining: {{loss: {loss}}}\n"
    )
    return [
        (each.name, each.help[0]) for each in warnings_for(compile_document(parse_document(text, Path("spec.yaml"))))
    ]


@pytest.mark.parametrize(
    ("outputs", "loss", "found"),
    [
        ("{units: 3, activation: softmax}", "binary_crossentropy", "write `loss: categorical_crossentropy`"),
        ("3", "msle", "write `outputs: {units: 3, activation: softplus}`"),
        ("{units: 3, activation: softmax}", "mse", ""),
        ("{units: 2, activation: softmax}", "binary_crossentropy", ""),
        ("{units: 3, activation: sigmoid}", "binary_crossentropy", ""),
        ("{units: 3, activation: tanh}", "hinge", ""),
        ("3", "hinge", ""),
        ("{units: 3, activation: softmax}", "categorical_hinge", ""),
        ("{units: 3, activation: softplus}", "poisson", ""),
    ],
)
def test_a_loss_that_learns_less_gets_a_warning_and_others_get_none(outputs: str, loss: str, found: str) -> None:
    warnings = warned(outputs, loss)
    assert len(warnings) == bool(found)
    assert all(name == "loss-mismatch" and help.startswith(found) for name, help in warnings)
