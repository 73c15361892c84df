"""Faster recurrent layers give stock Keras's outputs and gradients, or leave the work to stock."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.layers.core.registry import read_layer
from tdcli.nn.model import recurrent
from tdcli.nn.model.build import keras_layer
from tdcli.nn.model.lstm_scan import lstm_scan
from tdcli.nn.model.recurrent import FAST_LAYERS
from tdcli.nn.runtime.tensorflow import keras, tf, using_dtype_policy
from tdcli.nn.training.setup import build_loop

LONG = recurrent.MAX_UNROLLED_STEPS + 8


def both(cell: str, arguments: dict[str, Any], x: Any, wrapper: str = "") -> tuple[Any, Any]:
    """Return the stock layer and the faster one, with the same weights."""
    written = {cell: {"units": 3, **arguments}}
    layer = read_layer({wrapper: written} if wrapper else written)
    stock, faster = keras_layer(layer), keras_layer(layer, substitutes=FAST_LAYERS)
    stock.build(x.shape)
    faster.build(x.shape)
    weights = [np.random.default_rng(0).normal(size=each.shape) / 2 for each in stock.get_weights()]
    stock.set_weights(weights)
    faster.set_weights(weights)
    return stock, faster


def results(layer: Any, x: Any, **arguments: Any) -> list[Any]:
    """Return the outputs, and the gradients of their squares by input and weights."""
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, **arguments)
        total = tf.reduce_sum(tf.cast(outputs, "float32") ** 2)
    return [outputs, *tape.gradient(total, [x, *layer.trainable_variables])]


def results_of_graph(layer: Any, x: Any) -> list[Any]:
    """Return what a graph computes, as in a training, where steps are unrolled and loops are the graph's own."""
    return list(tf.function(results)(layer, x))


def sequences(steps: int, features: int = 2, batch: int = 4) -> Any:
    return np.random.default_rng(1).normal(size=(batch, steps, features)).astype("float32")


def same(ours: list[Any], theirs: list[Any]) -> None:
    for one, other in zip(ours, theirs, strict=True):
        largest = float(np.abs(other).max())  # sums of products may be taken in another order
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5 * max(largest, 1))


@settings(max_examples=20, deadline=None)
@given(
    cell=st.sampled_from(sorted(FAST_LAYERS)),
    steps=st.sampled_from([1, 2, 5, recurrent.MAX_UNROLLED_STEPS]),
    arguments=st.fixed_dictionaries(
        {"return_sequences": st.booleans()},
        optional={
            "go_backwards": st.booleans(),
            "use_bias": st.booleans(),
            "activation": st.sampled_from(["tanh", "relu", "linear"]),
            "kernel_regularizer": st.just("l2"),
        },
    ),
)
def test_short_sequences_give_the_outputs_and_gradients_of_stock(
    cell: str, steps: int, arguments: dict[str, Any]
) -> None:
    x = sequences(steps)
    stock, faster = both(cell, arguments, x)
    assert type(faster) is FAST_LAYERS[cell]
    same(results(faster, x), results(stock, x))


@pytest.mark.parametrize("reset_after", [True, False])
def test_both_forms_of_gru_are_those_of_stock(reset_after: bool) -> None:
    x = sequences(6)
    stock, faster = both("GRU", {"reset_after": reset_after}, x)
    same(results(faster, x), results(stock, x))


@pytest.mark.parametrize("arguments", [{}, {"return_sequences": True}, {"go_backwards": True}, {"use_bias": False}])
def test_many_steps_of_wide_inputs_give_the_outputs_and_gradients_of_stock(
    arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    x = sequences(LONG, features=3 * recurrent.WIDE_INPUT_RATIO)
    stock, faster = both("LSTM", arguments, x)
    expected = results(stock, x)
    scans: list[int] = []

    def counted(*given: Any) -> Any:
        scans.append(1)
        return lstm_scan(*given)

    monkeypatch.setattr(recurrent, "lstm_scan", counted)
    same(results_of_graph(faster, x), expected)
    assert scans


@pytest.mark.parametrize("cell", sorted(FAST_LAYERS))
@pytest.mark.parametrize("steps", [3, LONG])
def test_bidirectional_layers_give_what_stock_gives(cell: str, steps: int) -> None:
    x = sequences(steps)
    stock, faster = both(cell, {"return_sequences": True}, x, wrapper="Bidirectional")
    assert type(faster.backward_layer) is FAST_LAYERS[cell]
    same(results_of_graph(faster, x), results(stock, x))


@pytest.mark.parametrize("cell", sorted(FAST_LAYERS))
def test_masked_sequences_are_left_to_stock(cell: str) -> None:
    x = sequences(5)
    mask = np.arange(5) < np.array([[5], [3], [1], [4]])
    stock, faster = both(cell, {"return_sequences": True}, x)
    same(results(faster, x, mask=mask), results(stock, x, mask=mask))


@pytest.mark.parametrize("cell", sorted(FAST_LAYERS))
def test_dropout_draws_what_stock_draws(cell: str) -> None:
    x = sequences(5)
    stock, faster = both(cell, {"dropout": 0.5, "recurrent_dropout": 0.5, "seed": 3}, x)
    same(results(faster, x, training=True), results(stock, x, training=True))
    same(results(faster, x, training=False), results(stock, x, training=False))


@pytest.mark.parametrize("steps", [5, LONG])
def test_half_precision_computes_in_half_precision(steps: int) -> None:
    x = sequences(steps, features=3 * recurrent.WIDE_INPUT_RATIO)
    with using_dtype_policy("mixed_float16"):
        stock, faster = both("LSTM", {}, x)
    outputs = faster(x)
    assert outputs.dtype == "float16"
    np.testing.assert_allclose(outputs, stock(x), atol=5e-3)


def test_a_core_that_trained_with_faster_layers_is_kept_in_stock_ones(problem: Callable[..., Any]) -> None:
    text = "{kind: many-to-one, input: {timesteps: 5, features: 2}, recurrent: {units: 3}, outputs: 1}"
    found = problem(text, "{epochs: 1}", x=sequences(5), y=np.ones(4, "float32"))
    loop = build_loop(found.inputs)
    assert type(loop.train_step.problem.core.layers[1]) is FAST_LAYERS["LSTM"]
    assert type(found.train().core.layers[1]) is keras.layers.LSTM
