"""Everything that training changes has a name, which is the same in every process and says what it is."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.setup import build_loop
from tdcli.nn.training.state import match_names, state_of
from tdcli.text.errors import SpecError

LAYERS = (
    "{kind: layers, input: [3, 2], layers: [{Bidirectional: {GRU: {units: 2, dropout: 0.1, return_sequences: true}}},"
    " {TimeDistributed: {Dense: {units: 2}}}, {LSTM: {units: 2, return_sequences: true}}, {LSTM: {units: 2}},"
    " {Dropout: {rate: 0.1}}, {Dense: {units: 1}}]}"
)


@pytest.fixture
def loop(problem: Callable[..., Any]) -> Callable[[str], Loop]:
    def build(training: str = "{}") -> Loop:
        x = np.zeros((8, 3, 2), np.float32)
        return build_loop(problem(LAYERS, training, ", validation: {x: x.npy, y: y.npy}", x=x, y=x[:, 0, 0]).inputs)

    return build


def test_names_are_the_paths_of_stock_layers_in_a_new_process(loop: Callable[..., Loop]) -> None:
    gru = keras.layers.GRU(2, dropout=0.1, return_sequences=True, name="gru")
    dense = keras.layers.Dense(2, name="dense")
    layers = [
        keras.layers.Bidirectional(gru, name="bidirectional"),
        keras.layers.TimeDistributed(dense, name="time_distributed"),
        keras.layers.LSTM(2, return_sequences=True, name="lstm"),
        keras.layers.LSTM(2, name="lstm_1"),
        keras.layers.Dense(1, name="dense"),
    ]
    inputs = keras.Input((3, 2))
    stock = keras.Model(inputs, functools.reduce(lambda outputs, layer: layer(outputs), layers, inputs))
    names = list(state_of(loop()))
    paths = {f"model/{each.path}" for each in stock.weights}
    assert {name for name in names if name.startswith("model/") and "seed" not in name} == paths
    others = ["optimizer/adam/lstm_1_lstm_cell_kernel_momentum", "optimizer/adam/iteration", "best/model/dense/kernel"]
    assert {*others, "validation/mae/total", "model/seed_generator_0/seed_generator_state", "epoch"} <= {*names}


@pytest.mark.parametrize(
    "training",
    ["{}", "{dtype_policy: mixed_float16}", "{schedule: plateau}", "{optimizer: nadam}"],
)
def test_a_second_training_of_a_process_has_the_same_names(training: str, loop: Callable[..., Loop]) -> None:
    first, second = (list(state_of(loop(training))) for _ in range(2))
    assert first == second


def test_half_precision_leaves_nothing_of_an_optimizer_out(loop: Callable[..., Loop]) -> None:
    plain, scaled = (
        {name for name in state_of(loop(f"{{optimizer: nadam{policy}}}")) if name.startswith("optimizer/")}
        for policy in ("", ", dtype_policy: mixed_float16")
    )
    assert plain <= scaled


def test_values_by_number_are_those_of_the_loop_in_its_order(loop: Callable[..., Loop]) -> None:
    built = loop()
    values = [each.numpy() for each in state_of(built).values()]
    numbered = {f"{number:05}": value for number, value in enumerate(values)}
    assert list(match_names(numbered, built)) == list(state_of(built))
    with pytest.raises(SpecError, match=f"it has {len(values) - 1} variables, but the model has {len(values)}"):
        match_names({name: value for name, value in numbered.items() if name != "00003"}, built)


def test_a_checkpoint_of_another_model_is_refused_by_a_name_that_differs(loop: Callable[..., Loop]) -> None:
    built = loop()
    values = {name.replace("lstm_1", "gru"): each.numpy() for name, each in state_of(built).items()}
    lacks = "it has no variable `best/model/lstm_1/lstm_cell/bias`"
    with pytest.raises(SpecError, match=f"{lacks}, and the model has no variable `best/model/gru"):
        match_names(values, built)
