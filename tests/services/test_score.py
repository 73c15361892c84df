"""Figures by hand: errors, classes, and the naive forecast beside them."""

from typing import Any

import numpy as np
import pytest

from tdcli.data._dataset import Part
from tdcli.services.score import naive, scored


def part(y: Any, **rest: Any) -> Part:
    y = np.asarray(y)
    x = np.zeros((len(y), 3, 1), np.float32)
    return Part(x, y.astype(np.int32 if y.dtype.kind == "i" else np.float32), np.arange(len(y)), **rest)


def one_hot(codes: list[int]) -> Any:
    return np.eye(3)[codes]


def test_errors_are_root_mean_squared_and_mean_absolute() -> None:
    scores = scored(part([[1.0], [2.0], [6.0]]), np.array([[1.0], [4.0], [3.0]]), (), {"mean": [2.0]})
    assert scores.figures["rmse"] == pytest.approx(np.sqrt((0 + 4 + 9) / 3))
    assert scores.figures["mae"] == pytest.approx((0 + 2 + 3) / 3)
    assert scores.figures["r2"] == pytest.approx(1 - 13 / (4 + 1 + 9))  # the mean of 1, 2, 6 is 3
    assert (scores.baseline_name, scores.baseline["rmse"]) == ("mean", pytest.approx(np.sqrt((1 + 0 + 16) / 3)))


def test_a_forecast_is_compared_with_the_last_known_value() -> None:
    origin = np.array([[1.0], [1.0]])
    scores = scored(part([[2.0], [5.0]], origin=origin), np.array([[2.0], [5.0]]), (), {"mean": [0.0]})
    assert (scores.baseline_name, scores.baseline["mae"]) == ("persistence", pytest.approx(2.5))


def test_classes_are_counted_right_found_and_missed() -> None:
    truth, said = [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2]
    scores = scored(part(truth), one_hot(said), ("a", "b", "c"), {"majority": 0})
    assert scores.confusion == ((2, 1, 0), (0, 1, 1), (0, 0, 1))
    assert scores.figures["accuracy"] == pytest.approx(4 / 6)
    assert (scores.baseline_name, scores.baseline) == ("always a", {"accuracy": pytest.approx(3 / 6)})
    a, b, c = scores.classes
    assert (a.precision, a.recall, a.f1, a.count) == (1.0, pytest.approx(2 / 3), pytest.approx(0.8), 3)
    assert (b.precision, b.recall, b.f1, b.count) == (0.5, 0.5, 0.5, 2)
    assert (c.precision, c.recall, c.f1, c.count) == (0.5, 1.0, pytest.approx(2 / 3), 1)
    assert scores.figures["macro_f1"] == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)


def test_a_class_that_is_never_said_scores_zero_and_not_nan() -> None:
    scores = scored(part([0, 1]), one_hot([0, 0]), ("a", "b"), {"majority": 0})
    assert (scores.classes[1].precision, scores.classes[1].recall, scores.classes[1].f1) == (0.0, 0.0, 0.0)


def test_one_sigmoid_unit_says_the_second_class_from_a_half_on() -> None:
    scores = scored(part([0, 1, 1]), np.array([[0.49], [0.5], [0.1]]), ("no", "yes"), {"majority": 1})
    assert scores.confusion == ((1, 0), (1, 1))


def test_padded_steps_count_neither_for_the_model_nor_for_the_baseline() -> None:
    valid = np.array([[True, True, False], [True, False, False]])
    codes = part([[0, 1, 2], [1, 2, 2]], valid=valid, y_valid=valid)
    said = one_hot([[0, 1, 0], [0, 0, 0]])
    scores = scored(codes, said, ("a", "b", "c"), {"majority": 1})
    assert scores.figures["accuracy"] == pytest.approx(2 / 3)
    assert scores.baseline["accuracy"] == pytest.approx(2 / 3)
    assert naive(codes) == {"majority": 1}
    numbers = part([[[1.0], [2.0], [99.0]], [[3.0], [99.0], [99.0]]], valid=valid, y_valid=valid)
    assert naive(numbers) == {"mean": [2.0]}
    errors = scored(numbers, np.zeros((2, 3, 1)), (), {"mean": [2.0]})
    assert errors.figures["mae"] == pytest.approx(2.0)
