"""Which activation comes out of a chain, and between which values the outputs lie: Keras's models are the judge."""

import os
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.plan.output_activation import find_output_activation
from tdcli.plan.plan import Plan
from tdcli.services.specs.compile import compile_document
from tdcli.text.yaml_reader import parse_document
from tdcli.text.yaml_writer import to_inline_yaml


def plan_of(*layers: Any, shape: tuple[int, ...] = (6, 4)) -> Plan:
    text = f"architecture: {to_inline_yaml({'kind': 'layers', 'input': list(shape), 'layers': list(layers)})}\n"
    return compile_document(parse_document(text, Path("spec.yaml"))).plan


SOFTMAX = {"Dense": {"units": 3, "activation": "softmax"}}
SIGMOID = {"Dense": {"units": 3, "activation": "sigmoid"}}
DENSE = {"Dense": {"units": 3}}

SHARES = [
    (SOFTMAX,),
    (DENSE, {"Activation": {"activation": "softmax"}}),
    (DENSE, "Softmax"),
    (DENSE, {"Softmax": {"axis": 2}}),
    ({"TimeDistributed": SOFTMAX},),
    ({"TimeDistributed": DENSE}, {"TimeDistributed": {"Softmax": {"axis": 1}}}),
    (SOFTMAX, "GlobalAveragePooling1D"),
    (SOFTMAX, {"Dropout": {"rate": 0.2}}),
    (SOFTMAX, {"Reshape": {"target_shape": [2, 3, 3]}}),
    (SOFTMAX, {"AveragePooling1D": {"pool_size": 2}}, {"Activation": {"activation": "linear"}}),
    ({"LSTM": {"units": 4}}, SOFTMAX, {"RepeatVector": {"n": 2}}),
]

NO_SHARES = [
    (SOFTMAX, "Flatten"),
    (SOFTMAX, {"Permute": {"dims": [2, 1]}}),
    (SOFTMAX, {"Reshape": {"target_shape": [9, 2]}}),
    (SOFTMAX, "GlobalMaxPooling1D"),
    (DENSE, {"Softmax": {"axis": 1}}),
    (SOFTMAX, DENSE),
    (SOFTMAX, {"Rescaling": {"scale": 2.0}}),
]


def said(plan: Plan) -> np.ndarray:
    """Return what the Keras model answers to noise."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    from tdcli.nn.model.build import build_core

    x = np.random.default_rng(0).normal(0, 30, size=(64, *plan.input_shape[1:]))
    return np.asarray(build_core(plan)(x.astype(np.float32)))


@pytest.mark.parametrize("layers", [*SHARES, *NO_SHARES])
def test_shares_are_shares_still_where_keras_sums_to_one(layers: tuple[Any, ...]) -> None:
    plan = plan_of(*layers)
    sums_to_one = np.allclose(said(plan).sum(axis=-1), 1, atol=1e-4)
    assert plan.signature().sums_to_one == sums_to_one == (layers in SHARES)


@pytest.mark.parametrize(
    ("layers", "activation", "low", "high"),
    [
        ((DENSE,), None, -inf, inf),
        ((SIGMOID, {"GlobalMaxPooling1D": {}}), "sigmoid", 0, 1),
        ((SIGMOID, "Flatten"), "sigmoid", 0, 1),
        ((SOFTMAX, "Flatten"), None, 0, 1),
        ((SIGMOID, {"Rescaling": {"scale": 130.0, "offset": -5.0}}), None, -5, 125),
        ((SIGMOID, {"Rescaling": {"scale": -2.0}}), None, -2, 0),
        ((DENSE, "ReLU"), "relu", 0, inf),
        ((DENSE, {"ReLU": {"max_value": 6.0}}), "relu", 0, 6),
        ((DENSE, {"ReLU": {"negative_slope": 0.1}}), "relu", -inf, inf),
        ((DENSE, "LeakyReLU"), "leaky_relu", -inf, inf),
        ((DENSE, {"ELU": {"alpha": 0.5}}), "elu", -0.5, inf),
        ((DENSE, "UnitNormalization"), None, -1, 1),
        ((SIGMOID, "BatchNormalization"), None, -inf, inf),
        (({"LSTM": {"units": 3}},), "tanh", -1, 1),
        (({"LSTM": {"units": 3, "activation": "relu"}},), "relu", 0, inf),
        (({"GRU": {"units": 3, "activation": "sigmoid"}},), "sigmoid", 0, 1),
        (({"SimpleRNN": {"units": 3}},), "tanh", -1, 1),
        (({"Bidirectional": {"LSTM": {"units": 3}, "merge_mode": "sum"}},), "tanh", -2, 2),
        (
            (
                {"Reshape": {"target_shape": [2, 3, 4]}},
                {"TimeDistributed": {"Bidirectional": {"LSTM": {"units": 3}, "merge_mode": "sum"}}},
            ),
            "tanh",
            -2,
            2,
        ),
        (({"Residual": [SIGMOID, {"Dense": {"units": 4, "activation": "sigmoid"}}]},), None, -inf, inf),
    ],
)
def test_the_range_of_the_outputs_holds_what_keras_answers(
    layers: tuple[Any, ...], activation: str | None, low: float, high: float
) -> None:
    plan = plan_of(*layers)
    found = find_output_activation(plan.steps)
    assert (found.activation, *found.range) == (activation, low, high)
    values = said(plan)
    assert low - 1e-6 <= values.min() <= values.max() <= high + 1e-6


def test_the_layer_that_decides_is_the_last_that_computes() -> None:
    plan = plan_of(SIGMOID, {"Dropout": {"rate": 0.1}}, "Flatten")
    assert find_output_activation(plan.steps).step is plan.steps[0]


def test_the_places_of_a_last_step_are_not_timesteps() -> None:
    """Seven places along a line and seven timesteps are not the same seven."""
    line = {"ConvLSTM1D": {"filters": 2, "kernel_size": 3, "padding": "same"}}
    assert not plan_of(line, shape=(7, 7, 2)).signature().per_step
    steps = {"ConvLSTM1D": {**line["ConvLSTM1D"], "return_sequences": True}}
    assert plan_of(steps, {"TimeDistributed": "Flatten"}, shape=(7, 7, 2)).signature().per_step
