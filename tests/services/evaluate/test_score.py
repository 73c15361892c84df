"""Figures by hand: errors, classes, and what is said without a model beside them."""

from typing import Any

import numpy as np
import pytest

from tdcli.data.dataset import Dataset, Part
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.score import fit_baseline, score_outputs_of_part
from tdcli.services.evaluate.score_classes import average_precision
from tdcli.spec.objective import Objective


def part(y: Any, **rest: Any) -> Part:
    y = np.asarray(y)
    x = np.zeros((len(y), 3, 1), np.float32)
    return Part(x, y.astype(np.int32 if y.dtype.kind == "i" else np.float32), np.arange(len(y)), **rest)


def one_hot(codes: Any) -> Any:
    return np.eye(3)[codes]


def test_errors_are_root_mean_squared_and_mean_absolute() -> None:
    scores = score_outputs_of_part(part([[1.0], [2.0], [6.0]]), np.array([[1.0], [4.0], [3.0]]), {"mean": [2.0]})
    assert scores.figures["rmse"] == pytest.approx(np.sqrt((0 + 4 + 9) / 3))
    assert scores.figures["mae"] == pytest.approx((0 + 2 + 3) / 3)
    assert scores.figures["r2"] == pytest.approx(1 - 13 / (4 + 1 + 9))  # the mean of 1, 2, 6 is 3
    assert (scores.best_baseline, scores.baseline["rmse"]) == ("mean", pytest.approx(np.sqrt((1 + 0 + 16) / 3)))


def test_percentages_are_symmetric_or_of_the_truth() -> None:
    found = score_outputs_of_part(part([[1.0], [-2.0]]), np.array([[3.0], [-2.0]]), {"mean": [2.0]}).figures
    assert found["smape"] == pytest.approx(100 * np.mean([2 * 2 / (1 + 3), 0]))
    assert found["mape"] == pytest.approx(100 * np.mean([2 / 1, 0]))


def test_where_the_truth_is_zero_no_percentage_of_it_is_told_unless_asked_for() -> None:
    truth, said = part([[0.0], [2.0]]), np.array([[0.0], [3.0]])
    found = score_outputs_of_part(truth, said, {"mean": [1.0]}).figures
    assert "mape" not in found
    assert found["smape"] == pytest.approx(100 * np.mean([0, 2 * 1 / 5]))  # 0 for 0 is no error
    asked = Objective("mse", ("mape",), classes=False, units=1)
    assert score_outputs_of_part(truth, said, {"mean": [1.0]}, objective=asked).figures["mape"] == pytest.approx(25)


def test_the_best_of_the_baselines_is_named() -> None:
    origin, seasonal = np.array([[1.0], [1.0]]), np.array([[2.0], [4.0]])
    truth = part([[2.0], [5.0]], origin=origin, baselines={"persistence": origin, "seasonal naive (7 rows)": seasonal})
    scores = score_outputs_of_part(truth, np.array([[2.0], [3.0]]), {"mean": [0.0]})
    assert [*scores.baselines] == ["persistence", "seasonal naive (7 rows)", "mean"]
    assert (scores.best_baseline, scores.baseline["mae"]) == ("seasonal naive (7 rows)", pytest.approx(0.5))
    assert not scores.is_better


def test_a_forecast_of_made_up_data_is_compared_with_the_last_known_value() -> None:
    scores = score_outputs_of_part(
        part([[2.0], [5.0]], origin=np.array([[1.0], [1.0]])), np.array([[2.0], [5.0]]), {"mean": [0.0]}
    )
    assert (scores.best_baseline, scores.baseline["mae"]) == ("persistence", pytest.approx(2.5))


def test_what_is_not_finite_is_neither_better_nor_best() -> None:
    truth = part([[2.0], [5.0]], baselines={"persistence": np.array([[np.nan], [1.0]])})
    scores = score_outputs_of_part(truth, np.array([[np.nan], [5.0]]), {"mean": [0.0]})
    assert (scores.best_baseline, scores.is_better) == ("mean", False)


def two_targets(**known: Any) -> Scores:
    truth, said = [[1.0, 100.0], [3.0, 300.0]], np.array([[1.0, 200.0], [2.0, 300.0]])
    return score_outputs_of_part(part(truth), said, {"mean": [2.0, 200.0], **known}, targets=("mm", "degrees"))


def test_targets_of_different_units_are_never_added_up() -> None:
    scores = two_targets(scale=[2.0, 50.0])
    assert scores.targets["mm"].figures["rmse"] == pytest.approx(np.sqrt(1 / 2))
    assert scores.targets["degrees"].figures["rmse"] == pytest.approx(np.sqrt(100**2 / 2))
    assert "rmse" not in scores.figures
    assert scores.figures["mase"] == pytest.approx(np.mean([0.5 / 2, 50 / 50]))
    assert (scores.targets["mm"].is_better, scores.targets["degrees"].is_better) == (True, True)


def test_rows_ahead_belong_to_their_target() -> None:
    truth, said = part([[1.0, 10.0, 2.0, 20.0]]), np.array([[2.0, 10.0, 2.0, 50.0]])  # two rows of two targets
    scores = score_outputs_of_part(truth, said, {"mean": [0.0] * 4}, targets=("a", "b"))
    assert scores.targets["a"].figures["mae"] == pytest.approx(1 / 2)
    assert [(each.target, each.step, each.figures["mae"]) for each in scores.steps] == [
        ("a", 1, 1), ("a", 2, 0), ("b", 1, 0), ("b", 2, 30),
    ]  # fmt: skip


def test_outputs_without_names_are_targets_each() -> None:
    scores = score_outputs_of_part(part([[1.0, 2.0]]), np.array([[1.0, 4.0]]), {"mean": [0.0, 0.0]})
    assert [*scores.targets] == ["output 0", "output 1"]


def test_errors_are_scaled_by_those_of_the_group_s_own_past() -> None:
    groups = np.array(["a", "a", "b", "new"], object)
    truth = part([[0.0], [0.0], [0.0], [0.0]], groups=groups)
    known = {"mean": [0.0], "scale": [10.0], "scales": {"a": [1.0], "b": [4.0]}}
    scores = score_outputs_of_part(truth, np.array([[1.0], [3.0], [8.0], [10.0]]), known)
    assert scores.figures["mase"] == pytest.approx(np.mean([1 / 1, 3 / 1, 8 / 4, 10 / 10]))
    by_group = {each.group: (each.samples, each.figures["mase"]) for each in scores.groups}
    assert by_group == {"a": (2, pytest.approx(2)), "b": (1, pytest.approx(2)), "new": (1, pytest.approx(1))}


def test_classes_are_counted_right_found_and_missed() -> None:
    truth, said = [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2]
    scores = score_outputs_of_part(part(truth), one_hot(said), {"majority": 0}, ("a", "b", "c"))
    assert scores.confusion == ((2, 1, 0), (0, 1, 1), (0, 0, 1))
    assert scores.figures["accuracy"] == pytest.approx(4 / 6)
    assert (scores.best_baseline, scores.baseline["accuracy"]) == ("always a", pytest.approx(3 / 6))
    assert scores.baseline["macro_f1"] == pytest.approx(2 / 3 / 3)  # of `a` 2 x 3 / (6 + 3), of the others none
    a, b, c = scores.classes
    assert (a.precision, a.recall, a.f1, a.count) == (1.0, pytest.approx(2 / 3), pytest.approx(0.8), 3)
    assert (b.precision, b.recall, b.f1, b.count) == (0.5, 0.5, 0.5, 2)
    assert (c.precision, c.recall, c.f1, c.count) == (0.5, 1.0, pytest.approx(2 / 3), 1)
    assert scores.figures["macro_f1"] == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)


@pytest.mark.parametrize(
    ("truth", "counted"), [([0, 1], "samples"), ([[0, 1, 1]], "timesteps"), ([[[0, 1], [1, 0]]], "values")]
)
def test_the_counts_of_classes_are_named_after_what_has_a_class(truth: Any, counted: str) -> None:
    assert score_outputs_of_part(part(truth), one_hot(truth), {"majority": 0}, ("a", "b", "c")).counted == counted


def test_the_last_known_class_is_a_baseline_too() -> None:
    truth = part([0, 1, 1, 1], baselines={"persistence": np.array([0, 0, 1, 1], np.int32)})
    scores = score_outputs_of_part(truth, one_hot([0, 1, 1, 0]), {"majority": 1}, ("a", "b", "c"))
    assert {name: each["accuracy"] for name, each in scores.baselines.items()} == {
        "always b": 0.75,
        "persistence": 0.75,
    }


def test_a_class_that_is_never_predicted_scores_zero_and_not_nan() -> None:
    scores = score_outputs_of_part(part([0, 1]), one_hot([0, 0]), {"majority": 0}, ("a", "b"))
    assert (scores.classes[1].precision, scores.classes[1].recall, scores.classes[1].f1) == (0.0, 0.0, 0.0)


def test_one_sigmoid_unit_predicts_the_second_class_from_a_half_on() -> None:
    scores = score_outputs_of_part(part([0, 1, 1]), np.array([[0.49], [0.5], [0.1]]), {"majority": 1}, ("no", "yes"))
    assert scores.confusion == ((1, 0), (1, 1))


def test_two_classes_one_of_them_rare_are_judged_by_average_precision() -> None:
    truth = [0] * 19 + [1]
    chance = np.linspace(0.1, 0.4, 20)[:, None]
    chance[5] = 0.45  # one wrong alarm is surer than the true one
    scores = score_outputs_of_part(part(truth), chance, {"majority": 0}, ("no", "yes"))
    assert (scores.criterion, scores.rare) == ("average_precision", ("yes",))
    assert scores.figures["average_precision"] == pytest.approx(1 / 2)
    assert scores.baseline["average_precision"] == pytest.approx(1 / 20)  # as many as there are
    assert scores.figures["accuracy"] == scores.baseline["accuracy"] == 0.95
    assert scores.is_better


def test_the_rare_class_may_be_the_first() -> None:
    chance = np.linspace(0.1, 0.9, 20)[:, None]
    scores = score_outputs_of_part(part([0] + [1] * 19), chance, {"majority": 1}, ("fault", "fine"))
    assert (scores.rare, scores.figures["average_precision"]) == (("fault",), 1.0)


def test_of_more_classes_macro_f1_decides_where_one_is_rare_in_the_training_part() -> None:
    truth = part([0, 0, 1, 1, 2, 2])
    scores = score_outputs_of_part(
        truth, one_hot([0, 0, 1, 1, 0, 0]), {"majority": 0, "shares": [0.5, 0.45, 0.05]}, ("a", "b", "c")
    )
    assert (scores.criterion, scores.rare) == ("macro_f1", ("c",))
    assert all(each.keys() == scores.figures.keys() for each in scores.baselines.values())


def test_eleven_classes_of_one_size_are_not_rare() -> None:
    truth = [*range(11)] * 3
    balanced = score_outputs_of_part(part(truth), np.eye(11)[truth], {"majority": 0}, tuple("abcdefghijk"))
    assert (balanced.criterion, balanced.rare) == ("accuracy", ())
    more = [each for each in truth * 10 if each != 10] + [10]
    rarer = score_outputs_of_part(part(more), np.eye(11)[more], {"majority": 0}, tuple("abcdefghijk"))
    assert (rarer.criterion, rarer.rare, rarer.rare_below) == ("macro_f1", ("k",), pytest.approx(0.5 / 11))


def test_macro_f1_leaves_out_what_is_neither_true_nor_predicted_as_scikit_learn_does() -> None:
    scores = score_outputs_of_part(part([0, 0, 0, 0]), one_hot([0, 0, 0, 1]), {"majority": 0}, ("a", "b", "c"))
    assert scores.figures["macro_f1"] == pytest.approx((2 * 3 / 7 + 0) / 2)
    assert scores.baseline["macro_f1"] == 1.0


def test_average_precision_is_the_sum_of_precisions_by_the_recall_that_they_add() -> None:
    truth, chance = np.array([0, 0, 1, 1], bool), np.array([0.1, 0.4, 0.35, 0.8])  # scikit-learn's own example
    assert average_precision(truth, chance) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert average_precision(truth, np.zeros(4)) == pytest.approx(0.5)  # all alike: one threshold
    rng = np.random.default_rng(0)
    truth, chance = rng.random(200) < 0.2, rng.integers(0, 20, 200) / 20
    total, before = 0.0, 0.0
    for threshold in sorted(set(chance), reverse=True):
        said = chance >= threshold
        recall = (said & truth).sum() / truth.sum()
        total += (recall - before) * (said & truth).sum() / said.sum()
        before = recall
    assert average_precision(truth, chance) == pytest.approx(total)


def test_padded_steps_count_neither_for_the_model_nor_for_the_baseline() -> None:
    valid = np.array([[True, True, False], [True, False, False]])
    codes = part([[0, 1, 2], [1, 2, 2]], valid=valid, y_valid=valid)
    said = one_hot([[0, 1, 0], [0, 0, 0]])
    scores = score_outputs_of_part(codes, said, {"majority": 1}, ("a", "b", "c"))
    assert scores.figures["accuracy"] == pytest.approx(2 / 3)
    assert scores.baseline["accuracy"] == pytest.approx(2 / 3)
    assert fit_baseline(Dataset(codes)) == {"majority": 1, "shares": pytest.approx([1 / 3, 2 / 3])}
    numbers = part([[[1.0], [2.0], [99.0]], [[3.0], [99.0], [99.0]]], valid=valid, y_valid=valid)
    assert fit_baseline(Dataset(numbers)) == {"mean": [2.0]}
    errors = score_outputs_of_part(numbers, np.zeros((2, 3, 1)), {"mean": [2.0]})
    assert errors.figures["mae"] == pytest.approx(2.0)
