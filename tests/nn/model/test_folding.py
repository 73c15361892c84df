"""Folding time into the batch changes no number that stock Keras gives, and mends three things that it drops."""

from typing import Any

import numpy as np
import pytest

from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.nn.model.build import keras_layer
from tdcli.nn.model.folding import FoldedTimeDistributed
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.shapes import Shape

FOLDED = {"TimeDistributed": FoldedTimeDistributed}
STEPS, SAMPLES = 2, 3
RNG = np.random.default_rng(0)
# Random in training, or, with BatchNormalization, meant to differ there.
NOT_COMPARED_IN_TRAINING = ("rate=", "dropout=", "stddev=", "BatchNormalization")


def wrapped(name: str, example: Example) -> tuple[Layer, Shape] | None:
    """Return an example under TimeDistributed with its shape, unless it does not go there."""
    shape = (None, STEPS, *(size or 7 for size in example.input_shape[1:]))
    try:
        layer = TimeDistributed.model_validate({"layer": read_layer({name: example.arguments})})
        layer.output_shape(shape)
    except (ShapeError, ValueError):
        return None
    return layer, shape


CASES = [
    pytest.param(*found, id=f"{name}-{index}")
    for name in layer_names()
    for index, example in enumerate(find_layer(name).examples)
    if (found := wrapped(name, example))
]


def of_shape(layer: Layer, shape: Shape) -> Any:
    size = (SAMPLES, *(size or 1 for size in shape[1:]))
    integers = getattr(layer, "layer").takes_integers  # noqa: B009 (every case is a wrapper)
    rng = np.random.default_rng(1)
    return rng.integers(0, 2, size) if integers else rng.normal(size=size).astype("float32")


def both(layer: Layer, x: Any) -> tuple[Any, Any]:
    """Return the stock layer and the folded one, with the same weights."""
    stock, folded = keras_layer(layer), keras_layer(layer, substitutes=FOLDED)
    stock.build(x.shape)
    folded.build(x.shape)
    folded.set_weights(stock.get_weights())
    return stock, folded


def results(layer: Any, x: Any, *, training: bool) -> list[Any]:
    """Return the outputs, and the gradients of their squares by input and weights."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        if x.dtype.is_floating:
            tape.watch(x)
        outputs = layer(x, training=training)
        total = tf.reduce_sum(tf.cast(outputs, "float32") ** 2)
    by = [*([x] if x.dtype.is_floating else []), *layer.trainable_variables]
    gradients = tape.gradient(total, by, unconnected_gradients="zero")
    return [outputs, *(tf.convert_to_tensor(each) for each in gradients)]


@pytest.mark.parametrize(("layer", "shape"), CASES)
def test_outputs_and_gradients_are_those_of_stock(layer: Layer, shape: Shape) -> None:
    x = of_shape(layer, shape)
    stock, folded = both(layer, x)
    assert isinstance(folded, FoldedTimeDistributed)
    training = not any(name in repr(layer) for name in NOT_COMPARED_IN_TRAINING)
    for ours, theirs in zip(results(folded, x, training=training), results(stock, x, training=training), strict=True):
        largest = float(np.abs(theirs).max())  # sums of products may be taken in another order
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * max(largest, 1))


def test_nearly_every_layer_is_compared() -> None:
    assert len({case.values[0].layer.title() for case in CASES}) >= 60


def test_nested_wrappers_are_folded_together() -> None:
    layer = read_layer({"TimeDistributed": {"TimeDistributed": {"Dense": {"units": 2}}}})
    x = RNG.normal(size=(2, 3, 4, 5)).astype("float32")
    stock, folded = both(layer, x)
    assert isinstance(folded.layer, FoldedTimeDistributed)
    np.testing.assert_allclose(folded(x), stock(x), rtol=1e-5, atol=1e-6)


def test_the_graph_does_not_grow_with_the_number_of_steps() -> None:
    layer = keras_layer(read_layer({"TimeDistributed": {"Dense": {"units": 2}}}), substitutes=FOLDED)
    layer.build((None, None, 3))
    call = tf.function(layer)
    graphs = [call.get_concrete_function(tf.TensorSpec((2, steps, 3))).graph for steps in (10, 100, 1000)]
    sizes = [len(graph.get_operations()) for graph in graphs]
    assert len(set(sizes)) == 1


def test_unknown_timesteps_give_what_stock_gives_at_each_length() -> None:
    layer = read_layer({"TimeDistributed": {"Conv1D": {"filters": 2, "kernel_size": 3}}})
    stock, folded = both(layer, RNG.normal(size=(2, 4, 6, 3)).astype("float32"))
    inputs = keras.Input((None, 6, 3))
    model = keras.Model(inputs, folded(inputs))
    for steps in (1, 4, 9):
        x = RNG.normal(size=(2, steps, 6, 3)).astype("float32")
        alone = np.stack([stock.layer(x[:, step]) for step in range(steps)], axis=1)
        np.testing.assert_allclose(model.predict(x, verbose=0), alone, rtol=1e-5, atol=1e-6)


def test_the_wrapped_layers_penalty_counts() -> None:
    """The squares of its outputs, as outside a wrapper, where Keras divides by the batch, here of all steps."""
    penalized = {"Dense": {"units": 2, "activity_regularizer": "l2"}}
    x = np.ones((2, 3, 4), np.float32)
    folded = keras_layer(read_layer({"TimeDistributed": penalized}), substitutes=FOLDED)
    outputs = folded(x)
    (penalty,) = folded.losses
    np.testing.assert_allclose(penalty, 0.01 * np.sum(np.square(outputs)) / 6, rtol=1e-5)


def test_the_wrapped_layers_dtype_is_that_of_the_outputs() -> None:
    layer = read_layer({"TimeDistributed": {"Dense": {"units": 2, "dtype": "float16"}}})
    assert keras_layer(layer, substitutes=FOLDED)(np.ones((2, 3, 4), np.float32)).dtype == "float16"


def test_batch_normalization_moves_its_averages_once_a_batch() -> None:
    """Ones from averages of zero at a momentum of one half: a half, not `1 - 0.5^3`."""
    layer = keras_layer(read_layer({"TimeDistributed": {"BatchNormalization": {"momentum": 0.5}}}), substitutes=FOLDED)
    layer(np.ones((2, 3, 4), np.float32), training=True)
    np.testing.assert_allclose(layer.layer.moving_mean, 0.5)
