"""An evaluation as a reader and as a program sees it."""

import io
import json
from typing import Any

import pytest
from rich.console import Console

from tdcli.report.evaluation import rendered_evaluation
from tdcli.services.evaluate import Evaluation
from tdcli.services.score import ClassScore, Scores

FORECAST = Evaluation(
    "air", "test part", 35_034, Scores({"rmse": 25.9, "r2": 0.9}, "persistence", {"rmse": 26.5609}), ("pm2.5",)
)
CLASSES = Evaluation(
    "motion",
    "test part",
    1,
    Scores(
        {"accuracy": 0.5, "macro_f1": 0.4},
        "always sit",
        {"accuracy": 0.75},
        (ClassScore("sit", 1.0, 0.5, 2 / 3, 3), ClassScore("run", 0.0, 0.0, 0.0, 1)),
        ((2, 1), (1, 0)),
    ),
    ("label",),
)

FORECAST_TABLE = """
air: test part, 35,034 samples
┏━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━┓
┃ Metric ┃   model ┃ persistence ┃
┡━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━┩
│ rmse   │ 25.9000 │     26.5609 │
│ r2     │  0.9000 │             │
└────────┴─────────┴─────────────┘
better than persistence: rmse 25.9000 against 26.5609
"""
CLASSES_TABLE = """
motion: test part, 1 sample
┏━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━━━━┓
┃ Metric   ┃  model ┃ always sit ┃
┡━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━━━━┩
│ accuracy │ 0.5000 │     0.7500 │
│ macro_f1 │ 0.4000 │            │
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
def test_the_model_stands_beside_its_baseline(evaluation: Evaluation, expected: str) -> None:
    assert printed(rendered_evaluation(evaluation, "table")).strip() == expected.strip()


def test_json_holds_the_figures_unrounded() -> None:
    found = json.loads(rendered_evaluation(CLASSES, "json"))
    assert found["scores"]["confusion"] == [[2, 1], [1, 0]]
    assert found["scores"]["classes"][0]["f1"] == 2 / 3
