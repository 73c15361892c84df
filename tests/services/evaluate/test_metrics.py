"""Metrics of a part as a whole, against Keras's own classes."""

from typing import Any

import numpy as np
import pytest

from tdcli.services.evaluate.metrics import compute_metric
from tdcli.spec.losses import METRICS
from tdcli.spec.objective import Objective

ROWS = 400


def softmax(values: Any) -> Any:
    return np.exp(values) / np.exp(values).sum(axis=-1, keepdims=True)


def cases() -> dict[str, tuple[Objective, Any, Any]]:
    rng = np.random.default_rng(0)
    classes, yes = rng.normal(size=(ROWS, 7)), 1 / (1 + np.exp(-rng.normal(size=(ROWS, 3))))
    numbers = rng.normal(3, 2, (ROWS, 2))
    return {
        "classes": (Objective("mse", (), classes=True, units=7), rng.integers(0, 7, ROWS), softmax(classes)),
        "one yes": (Objective("mse", (), classes=True, units=1), rng.integers(0, 2, ROWS), yes[:, :1]),
        "certain": (Objective("mse", (), classes=True, units=1), rng.integers(0, 2, ROWS), (yes[:, :1] > 0.4) * 1.0),
        "yes each": (Objective("mse", (), classes=False, units=3), rng.random((ROWS, 3)) < 0.3, yes),
        "numbers": (Objective("mse", (), classes=False, units=2), numbers, numbers + rng.normal(size=(ROWS, 2))),
    }


SPARSE = {"sparse_categorical_accuracy", "sparse_categorical_crossentropy"}
OF_NUMBERS = {
    "cosine_similarity", "mae", "mape", "mean_absolute_error", "mean_squared_error", "mse", "msle", "r2_score", "rmse",
    "root_mean_squared_error",
}  # fmt: skip
NAMES = {
    "classes": set(METRICS),
    "one yes": set(METRICS) - SPARSE - {"categorical_crossentropy"},
    "certain": set(METRICS) - SPARSE - {"categorical_crossentropy"},
    "yes each": set(METRICS) - SPARSE,
    "numbers": OF_NUMBERS,
}


@pytest.mark.parametrize(("case", "name"), sorted((case, name) for case, names in NAMES.items() for name in names))
def test_a_metric_equals_that_of_keras(case: str, name: str) -> None:
    import tensorflow as tf

    from tdcli.nn.training.objective import Metrics

    objective, truth, said = cases()[case]
    truth, said = truth.astype(np.int32 if objective.classes else np.float32), said.astype(np.float32)
    keras = Metrics(Objective("mse", (name,), objective.classes, objective.units))
    keras.update(tf.constant(truth), tf.constant(said), tf.ones(ROWS))
    assert compute_metric(name, truth, said, objective.form(name)) == pytest.approx(float(keras.results()[0]), rel=1e-4)


def test_every_metric_that_a_spec_may_name_is_measured() -> None:
    assert set().union(*NAMES.values()) == set(METRICS)


def test_f1_is_the_mean_over_the_classes_and_r2_over_the_outputs() -> None:
    keras = pytest.importorskip("keras")
    objective, truth, said = cases()["classes"]
    f1 = keras.metrics.F1Score(average="macro")
    f1.update_state(np.eye(7)[truth], said)
    assert compute_metric("f1_score", truth, said, objective.form("f1_score")) == pytest.approx(
        float(f1.result()), rel=1e-4
    )
    _, truth, said = cases()["numbers"]
    r2 = keras.metrics.R2Score()
    r2.update_state(truth, said)
    assert compute_metric("r2_score", truth, said, "numbers") == pytest.approx(float(r2.result()), rel=1e-4)
