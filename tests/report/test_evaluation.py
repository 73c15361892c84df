"""An evaluation as a reader and as a program sees it."""

import io
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from tdcli.report.terminal.evaluation import rare_classes, render_evaluation, verdict
from tdcli.services.evaluate.comparison import BaselineComparison, ClassScore, GroupScore, Scores, StepScore
from tdcli.services.evaluate.evaluate import Evaluation

FORECAST = Evaluation(
    "air",
    "test part",
    35_034,
    Scores(
        {"rmse": 25.9, "r2": 0.9},
        {"persistence": {"rmse": 26.5609, "r2": 0.8}, "seasonal naive (24 rows)": {"rmse": 90.0, "r2": -1.0}},
        "persistence",
    ),
    ("pm2.5",),
)
CLASSES = Evaluation(
    "motion",
    "test part",
    1,
    Scores(
        {"accuracy": 0.5, "macro_f1": 0.4},
        {"always sit": {"accuracy": 0.75, "macro_f1": 0.4286}},
        "always sit",
        classes=(ClassScore("sit", 1.0, 0.5, 2 / 3, 3), ClassScore("run", 0.0, 0.0, 0.0, 1)),
        confusion=((2, 1), (1, 0)),
    ),
    ("label",),
)

FORECAST_TABLE = """
air: test part, 35,034 samples
┏━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃ Metric ┃   model ┃ persistence ┃ seasonal naive (24 rows) ┃
┡━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━┩
│ rmse   │ 25.9000 │     26.5609 │                  90.0000 │
│ r2     │  0.9000 │      0.8000 │                  -1.0000 │
└────────┴─────────┴─────────────┴──────────────────────────┘
better than persistence: rmse 25.9000 against 26.5609
"""
CLASSES_TABLE = """
motion: test part, 1 sample
┏━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━━━━┓
┃ Metric   ┃  model ┃ always sit ┃
┡━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━━━━┩
│ accuracy │ 0.5000 │     0.7500 │
│ macro_f1 │ 0.4000 │     0.4286 │
└──────────┴────────┴────────────┘
by class
┏━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━┳━━━━━━━━━┓
┃ Class ┃ precision ┃ recall ┃     F1 ┃ samples ┃
┡━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━╇━━━━━━━━━┩
│ sit   │    1.0000 │ 0.5000 │ 0.6667 │       3 │
│ run   │    0.0000 │ 0.0000 │ 0.0000 │       1 │
└───────┴───────────┴────────┴────────┴─────────┘
true class by row, predicted class by column
┏━━━━━┳━━━━━┳━━━━━┓
┃     ┃ sit ┃ run ┃
┡━━━━━╇━━━━━╇━━━━━┩
│ sit │   2 │   1 │
│ run │   1 │   0 │
└─────┴─────┴─────┘
no better than always sit: accuracy 0.5000 against 0.7500
"""


def printed(value: Any) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(value)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("evaluation", "expected"), [(FORECAST, FORECAST_TABLE), (CLASSES, CLASSES_TABLE)])
def test_the_model_is_shown_beside_its_baseline(evaluation: Evaluation, expected: str) -> None:
    assert printed(render_evaluation(evaluation, "table")).strip() == expected.strip()


def test_the_counts_of_classes_are_timesteps_where_each_has_a_class() -> None:
    evaluation = replace(CLASSES, scores=replace(CLASSES.scores, counted="timesteps"))
    text = printed(render_evaluation(evaluation, "table"))
    assert "motion: test part, 1 sample\n" in text
    assert "┃ Class ┃ precision ┃ recall ┃     F1 ┃ timesteps ┃" in text
    assert render_evaluation(evaluation, "json") == render_evaluation(CLASSES, "json")


def test_small_and_large_figures_keep_the_digits_that_tell_them_apart() -> None:
    scores = Scores({"rmse": 0.00002314}, {"mean": {"rmse": 0.00003}}, "mean")
    assert "2.314e-05 against 3e-05" in verdict(scores)
    assert "145,758,281" in verdict(Scores({"rmse": 145758280.8}, {"mean": {"rmse": 1e15}}, "mean"))


def test_a_rare_class_is_named_with_the_share_below_which_it_is_rare() -> None:
    scores = Scores({"macro_f1": 0.5}, {"always a": {"macro_f1": 0.4}}, "always a", rare=("k",), rare_below=0.5 / 11)
    assert rare_classes(scores).startswith("`k` is rare (under 4.5 %): macro_f1 decides")


def test_json_holds_the_figures_unrounded() -> None:
    found = json.loads(render_evaluation(CLASSES, "json"))
    assert found["scores"]["confusion"] == [[2, 1], [1, 0]]
    assert found["scores"]["classes"][0]["f1"] == 2 / 3


def test_json_has_null_for_what_is_not_a_number() -> None:
    scores = Scores({"rmse": math.nan}, {"mean": {"rmse": math.inf}}, "mean")
    text = render_evaluation(Evaluation("n", "test part", 1, scores, ("v",)), "json")
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"`{name}` is no JSON"))
    assert found["scores"]["figures"] == {"rmse": None}


def compared(kind: type[BaselineComparison], model: float, naive: float, mean: float, **rest: Any) -> Any:
    return kind({"rmse": model}, {"persistence": {"rmse": naive}, "mean": {"rmse": mean}}, "persistence", **rest)


def test_several_targets_are_judged_one_by_one() -> None:
    targets = {"rain": compared(BaselineComparison, 3.5, 2.7, 3.0), "heat": compared(BaselineComparison, 2.0, 3.2, 4.0)}
    scores = Scores({"mase": 0.9}, {"persistence": {"mase": 1.0}, "mean": {"mase": 2.0}}, "persistence", targets)
    text = printed(render_evaluation(Evaluation("n", "test part", 9, scores, ("rain", "heat")), "table"))
    said = " ".join(text.split())
    assert "│ rain │ rmse │ 3.5000 │ 2.7000 │ 3.0000 │" in said
    assert "│ mean of 2 │ mase │ 0.9000 │ 1.0000 │ 2.0000 │" in said
    assert said.endswith(
        "better for 1 of 2 targets: `rain` no better than persistence: rmse 3.5000 against 2.7000; "
        "`heat` better than persistence: rmse 2.0000 against 3.2000"
    )


def test_of_many_steps_some_are_shown_and_all_are_written() -> None:
    steps = tuple(compared(StepScore, step, 2.0 * step, 9.0, step=step, target="") for step in range(1, 101))
    scores = Scores({"rmse": 50.0}, {"persistence": {"rmse": 99.0}, "mean": {"rmse": 9.0}}, "mean", steps=steps)
    evaluation = Evaluation("n", "test part", 9, scores, ("v",))
    lines = printed(render_evaluation(evaluation, "table")).split("by step")[1].splitlines()[4:-2]
    assert [line.split("│")[1].strip() for line in (lines[0], lines[-1])] == ["1", "100"]
    assert len(lines) == 12
    written = json.loads(render_evaluation(evaluation, "json"))["scores"]["steps"]
    assert [each["step"] for each in written] == list(range(1, 101))
    assert written[4]["figures"] == {"rmse": 5.0}


def test_the_median_and_the_worst_group_are_shown() -> None:
    errors = {"a": 1.0, "b": 9.0, "c": 3.0}
    groups = tuple(compared(GroupScore, each, 2, 4, group=name, samples=5, target="") for name, each in errors.items())
    scores = Scores({"rmse": 4.0}, {"persistence": {"rmse": 2.0}, "mean": {"rmse": 4.0}}, "mean", groups=groups)
    text = " ".join(printed(render_evaluation(Evaluation("n", "test part", 15, scores, ("v",)), "table")).split())
    assert "by group, 3 of them" in text
    assert "│ median │ 5 │ 3.0000 │ 2.0000 │ 4.0000 │" in text
    assert "│ worst: b │ 5 │ 9.0000 │ 2.0000 │ 4.0000 │" in text


def test_json_keeps_the_best_baseline_under_its_old_names() -> None:
    found = json.loads(render_evaluation(FORECAST, "json"))["scores"]
    assert found["best_baseline"] == found["baseline_name"] == "persistence"
    assert found["baseline"] == found["baselines"]["persistence"] == {"rmse": 26.5609, "r2": 0.8}
