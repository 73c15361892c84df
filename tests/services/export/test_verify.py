"""Verifying asks Keras, and tells each layer on which it disagrees."""

from dataclasses import replace
from pathlib import Path

import pytest

from tdcli.layers.core.base import Parameters
from tdcli.services.export.verify import verify_plan
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import ExecutionError

SPECS = Path(__file__).parents[3] / "specs"


@pytest.mark.parametrize("name", ["cnn_lstm", "variable_length", "indoor_movement"])
def test_keras_agrees_on_every_layer(name: str) -> None:
    plan = compile_spec(SPECS / f"{name}.yaml").plan
    assert verify_plan(plan) == len(plan.steps)


def test_a_wrong_count_is_told_with_both_figures() -> None:
    plan = compile_spec(SPECS / "one_to_one.yaml").plan
    first, *others = plan.steps
    wrong = replace(plan, steps=(replace(first, parameters=Parameters(141)), *others))
    with pytest.raises(ExecutionError) as caught:
        verify_plan(wrong)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == "Keras has ((None, 5), 140, 0) for `LSTM`, but the plan has ((None, 5), 141, 0)"
    assert diagnostic.span == first.span
