"""A summary in its three formats says the same."""

import json
from pathlib import Path

from tdcli.report.terminal.plan import format_plan_line, render_plan
from tdcli.services.specs.compile import compile_spec

SPECS = Path(__file__).parents[2] / "specs"
CNN_LSTM = compile_spec(SPECS / "cnn_lstm.yaml").plan

MARKDOWN = """
**video-classifier** (cnn-lstm)

| Layer | Output shape | Parameters | Formula |
|---|---|--:|---|
| Input | (None, 10, 32, 32, 3) | 0 |  |
| TimeDistributed(Conv2D) | (None, 10, 30, 30, 32) | 896 | (3 x 3 x 3 + 1) x 32 = 896 |
| TimeDistributed(MaxPooling2D) | (None, 10, 15, 15, 32) | 0 |  |
| TimeDistributed(Conv2D) | (None, 10, 13, 13, 64) | 18,496 | (3 x 3 x 32 + 1) x 64 = 18,496 |
| TimeDistributed(MaxPooling2D) | (None, 10, 6, 6, 64) | 0 |  |
| TimeDistributed(Flatten) | (None, 10, 2304) | 0 |  |
| LSTM | (None, 128) | 1,245,696 | 4 x ((2304 + 1) x 128 + 128^2) = 1,245,696 |
| Dense | (None, 2) | 258 | (128 + 1) x 2 = 258 |

1,265,346 parameters: 1,265,346 trainable, 0 non-trainable; 5,061,384 bytes
"""


def test_markdown_shows_every_layer_with_its_arithmetic() -> None:
    assert render_plan(CNN_LSTM, "markdown").strip() == MARKDOWN.strip()


def test_the_arithmetic_comes_to_the_count() -> None:
    for path in SPECS.glob("*.yaml"):
        for step in compile_spec(path).plan.steps:
            formula = step.parameters.formula.replace("^", "**").replace(" x ", " * ")
            assert not formula or eval(formula) == step.parameters.total  # noqa: S307 (the project's own formula)


def test_json_is_for_programs() -> None:
    found = json.loads(render_plan(CNN_LSTM, "json"))
    assert (found["parameters"], found["trainable"], found["bytes"]) == (1_265_346, 1_265_346, 5_061_384)
    assert found["layers"][5] == {
        "name": "lstm",
        "layer": "LSTM",
        "output_shape": [None, 128],
        "trainable": 1_245_696,
        "non_trainable": 0,
        "formula": "4 x ((2304 + 1) x 128 + 128^2)",
    }


def test_a_check_is_one_line() -> None:
    line = "video-classifier: (None, 10, 32, 32, 3) -> (None, 2), 1,265,346 parameters"
    assert format_plan_line(CNN_LSTM) == line
