"""What the warnings say of Keras is so in the installed Keras."""

import numpy as np

from tdcli.layers.core.registry import read_layer
from tdcli.nn.model.build import keras_layer
from tdcli.nn.runtime.tensorflow import keras


def test_time_distributed_drops_the_penalty_of_the_layer_inside() -> None:
    x = np.ones((2, 3, 4), np.float32)
    penalized = {"Dense": {"units": 2, "activity_regularizer": "l2"}}
    alone, inside = keras_layer(read_layer(penalized)), keras_layer(read_layer({"TimeDistributed": penalized}))
    alone(x)
    inside(x)
    assert (len(alone.losses), len(inside.losses)) == (1, 0)


def test_batch_normalization_under_time_distributed_updates_its_averages_once_a_timestep() -> None:
    """Three steps of ones from averages of zero: `1 - momentum^3` in place of `1 - momentum`."""
    layer = keras_layer(read_layer({"TimeDistributed": {"BatchNormalization": {"momentum": 0.5}}}))
    layer(np.ones((2, 3, 4), np.float32), training=True)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer.layer.moving_mean), 1 - 0.5**3)


def test_time_distributed_answers_in_its_own_dtype_whatever_that_of_the_layer_inside() -> None:
    inside = {"Dense": {"units": 2, "dtype": "float16"}}
    x = np.ones((2, 3, 4), np.float32)
    assert keras_layer(read_layer(inside))(x).dtype == "float16"
    assert keras_layer(read_layer({"TimeDistributed": inside}))(x).dtype == "float32"
    assert keras_layer(read_layer({"TimeDistributed": {**inside, "dtype": "float16"}}))(x).dtype == "float16"
