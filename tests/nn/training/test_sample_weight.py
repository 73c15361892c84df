"""Weights of samples count in the loss as `model.fit` counts them, and in no metric."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import SpecError

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(10, 3, 3)).astype("float32"), RNG.normal(size=(10, 2)).astype("float32")
CODES, STEPS = RNG.integers(0, 3, 10), RNG.integers(0, 3, (10, 3))
WEIGHTS, STEP_WEIGHTS = RNG.random(10), RNG.random((10, 3))
SEQUENCE = "input: {timesteps: 3, features: 3}, recurrent: {cell: SimpleRNN, units: 4}"
SOFTMAX = "outputs: {units: 3, activation: softmax}"
CASES = {
    "numbers": (f"{{kind: many-to-one, {SEQUENCE}, outputs: 2}}", Y, WEIGHTS),
    "classes": (f"{{kind: many-to-one, {SEQUENCE}, {SOFTMAX}}}", CODES, WEIGHTS),
    "a class a step": (f"{{kind: many-to-many, {SEQUENCE}, {SOFTMAX}}}", STEPS, STEP_WEIGHTS),
}
TRAINING = "{epochs: 5, batch_size: 4, shuffle: false, loss: LOSS, metrics: []}"
FILES = ", sample_weight: w_.npy, validation: {x: x.npy, y: y.npy, sample_weight: w_.npy}"


@pytest.mark.parametrize("case", CASES)
def test_the_losses_are_those_of_fit(case: str, problem: Callable[..., Any]) -> None:
    architecture, y, weights = CASES[case]
    training = TRAINING.replace("LOSS", "mse" if case == "numbers" else "sparse_categorical_crossentropy")
    found = problem(architecture, training, FILES, x=X, y=y, w_=weights)
    expected = found.fit(sample_weight=weights).history
    ours = found.train().history
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose([row[name] for row in ours], expected[name], rtol=1e-4)


def test_weights_of_a_table_belong_to_the_predicted_rows(tmp_path: Path) -> None:
    rows = [f"{row},{row % 5},{row / 10}" for row in range(20)]
    (tmp_path / "log.csv").write_text("\n".join(["t,v,w", *rows]) + "\n", encoding="utf-8")
    spec = tmp_path / "spec.yaml"
    text = (
        "architecture: {kind: many-to-one, input: {timesteps: 3}, recurrent: {units: 2}, outputs: 2}\n"
        "data: {source: csv, path: log.csv, order: t, target: v, sample_weight: w, ahead: 1, steps: 2}\n"
    )
    spec.write_text(text, encoding="utf-8")
    compiled = compile_spec(spec)
    assert compiled.plan.input_shape == (None, 3, 1)  # a weight is no feature
    part = prepare(compiled).data.train
    assert part.weight is not None
    np.testing.assert_allclose(part.weight, [(row + 3 + row + 4) / 20 for row in range(16)], rtol=1e-6)
    many = text.replace("many-to-one", "many-to-many").replace("outputs: 2", "outputs: 1").replace(", steps: 2", "")
    spec.write_text(many, encoding="utf-8")
    part = prepare(compile_spec(spec)).data.train
    assert part.weight is not None
    np.testing.assert_allclose(part.weight, [[(row + step + 1) / 10 for step in range(3)] for row in range(17)])


@pytest.mark.parametrize(
    ("weights", "name", "message"),
    [
        (
            np.ones((10, 6)),
            "rank-mismatch",
            "`sample_weight` has the shape (batch, 6), but the model's outputs need weights of the shape (batch,)",
        ),
        (np.ones(9), "data-length-mismatch", "`x` has 10 samples, but `sample_weight` has 9"),
        (-np.ones(10), "wrong-value", "is -1, but weights cannot be negative"),
        (np.full(10, np.nan), "not-finite", "contains NaN"),
    ],
)
def test_weights_that_fit_no_sample_are_refused(
    weights: Any, name: str, message: str, problem: Callable[..., Any]
) -> None:
    with pytest.raises(SpecError) as caught:
        problem(CASES["numbers"][0], "{}", ", sample_weight: w_.npy", x=X, y=Y, w_=weights)
    assert caught.value.diagnostics[0].name == name
    assert message in caught.value.diagnostics[0].message


def test_a_negative_weight_in_a_table_is_shown_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("t,v,w\n0,1,1\n1,2,1\n2,3,-2\n3,4,1\n", encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(
        "architecture: {kind: many-to-one, input: {timesteps: 2}, recurrent: {units: 2}, outputs: 1}\n"
        "data: {source: csv, path: log.csv, target: v, features: [v], ignore: [t], sample_weight: w}\n",
        encoding="utf-8",
    )
    with pytest.raises(SpecError, match="is -2, but weights cannot be negative") as caught:
        prepare(compile_spec(tmp_path / "spec.yaml"))
    span = caught.value.diagnostics[0].span
    assert span is not None
    assert (Path(span.path).name, span.line) == ("log.csv", 4)
