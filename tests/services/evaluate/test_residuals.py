"""Where a model is off, against NumPy on figures small enough to look at."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tdcli.data.dataset import Part
from tdcli.services.evaluate.comparison import ClassScore, Scores
from tdcli.services.evaluate.evaluate import EvaluatedOutputs, Evaluation
from tdcli.services.evaluate.examples import examples_of_each_class, worst_examples
from tdcli.services.evaluate.forecast_curves import forecast_curves
from tdcli.services.evaluate.residuals import residuals

NUMBERS = Scores({"rmse": 1.0}, {"persistence": {"rmse": 2.0}}, "persistence")
CLASSES = Scores(
    {"accuracy": 1.0},
    {"always a": {"accuracy": 0.5}},
    "always a",
    classes=(ClassScore("a", 1, 1, 1, 1),),
    confusion=((1,),),
)


def answers(
    y: Any, outputs: Any, targets: tuple[str, ...] = ("v",), scores: Scores = NUMBERS, y_valid: np.ndarray | None = None
) -> EvaluatedOutputs:
    y, outputs = np.array(y, float if scores is NUMBERS else int), np.array(outputs, float)
    x = np.arange(len(y) * 3, dtype=np.float32).reshape(len(y), 3, 1)
    part = Part(x, y, np.arange(len(y)) + 10, y_valid=y_valid)
    return EvaluatedOutputs(
        part, outputs, Evaluation("n", "test set", len(y), scores, targets), {"persistence": np.zeros_like(outputs)}
    )


def test_errors_are_told_for_each_step_ahead() -> None:
    (found,) = residuals(answers([[1, 2], [3, 4]], [[1, 4], [3, 8]]))
    np.testing.assert_allclose(found.model, [0, np.sqrt((2**2 + 4**2) / 2)])
    np.testing.assert_allclose(found.baseline, [np.sqrt((1 + 9) / 2), np.sqrt((4 + 16) / 2)])
    assert found.values.tolist() == [0, 2, 0, 4]


def test_each_target_has_errors_of_its_own() -> None:
    v, w = residuals(answers([[1, 2], [3, 4]], [[1, 4], [3, 8]], targets=("v", "w")))
    assert (v.target, v.values.tolist(), v.model.tolist()) == ("v", [0, 0], [0])
    np.testing.assert_allclose(w.model, [np.sqrt((4 + 16) / 2)])


def test_padded_steps_count_for_nothing() -> None:
    valid = np.array([[True, False], [True, True]])
    found = answers([[[1], [0]], [[3], [4]]], [[[1], [99]], [[3], [5]]], y_valid=valid)
    (off,) = residuals(found)
    np.testing.assert_allclose(off.model, [0, 1])
    assert off.values.tolist() == [0, 0, 1]
    assert [each.name for each in worst_examples(found, ())] == ["11", "10"]


def test_what_is_not_finite_is_worst_and_spoils_no_spread() -> None:
    found = answers([[1], [2], [3]], [[9], [2], [np.nan]])
    assert residuals(found)[0].values.tolist() == [8, 0]
    assert [each.name for each in worst_examples(found, ())] == ["12", "10", "11"]


def test_forecasts_run_over_samples_or_over_the_steps_of_some() -> None:
    (curve,) = forecast_curves(answers([[1], [3]], [[2], [5]]))
    assert (curve.target, curve.sample, curve.truth.tolist(), curve.predicted.tolist()) == ("v", None, [1, 3], [2, 5])
    first, last = forecast_curves(answers([[1, 2], [3, 4]], [[1, 4], [3, 8]]))
    assert (first.target, first.sample, last.sample, last.predicted.tolist()) == ("v", "10", "11", [3, 8])


def test_each_curve_over_samples_shows_one_series() -> None:
    found = answers([[1], [10], [2], [20]], [[1], [10], [2], [20]])
    several = replace(found, part=replace(found.part, groups=np.array(["a", "b", "a", "b"])))
    curves = forecast_curves(several)
    assert [(curve.group, curve.truth.tolist()) for curve in curves] == [("a", [1, 2]), ("b", [10, 20])]


def test_targets_of_other_units_are_held_against_their_own_spread() -> None:
    found = answers([[1, 1000], [1, 1000], [1, 1000]], [[1.5, 1001], [1, 1010], [1, 1010]], targets=("m", "mm"))
    worst = worst_examples(found, (), most=1)
    assert [(each.name, each.target, each.truth, each.predicted) for each in worst] == [("10", "m", 1, 1.5)]


def test_the_step_that_is_furthest_off_is_located() -> None:
    (worst,) = worst_examples(answers([[1, 2, 3]], [[1, 2, 9]]), ())
    assert (worst.truth, worst.predicted, worst.location) == (3, 9, (2,))


def test_the_furthest_off_come_first() -> None:
    worst = worst_examples(answers([[1], [5], [3]], [[2], [1], [3]]), ())
    assert [(each.name, each.truth, each.predicted, each.confidence, each.location) for each in worst] == [
        ("11", 5, 1, None, ()), ("10", 1, 2, None, ()), ("12", 3, 3, None, ()),
    ]  # fmt: skip


@pytest.mark.parametrize("one_sigmoid", [False, True])
def test_the_least_sure_of_the_true_class_come_first(one_sigmoid: bool) -> None:
    outputs = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    found = answers([0, 0, 1], outputs[:, 1:] if one_sigmoid else outputs, scores=CLASSES)
    worst = worst_examples(found, ("a", "b"))
    assert [(each.name, each.truth, each.predicted, round(each.confidence, 6)) for each in worst] == [
        ("11", "a", "b", 0.2), ("12", "b", "b", 0.6), ("10", "a", "a", 0.9),
    ]  # fmt: skip
    assert [each.name for each in examples_of_each_class(found, ("a", "b"))] == ["10", "12"]


def test_a_class_a_step_names_the_step_that_is_worst() -> None:
    outputs = [[[0.9, 0.1], [0.3, 0.7]], [[0.1, 0.9], [0.6, 0.4]]]
    valid = np.array([[True, True], [False, True]])
    worst = worst_examples(answers([[0, 0], [0, 1]], outputs, scores=CLASSES, y_valid=valid), ("a", "b"))
    assert [(each.truth, each.predicted, each.location) for each in worst] == [("a", "b", (1,)), ("b", "a", (1,))]
