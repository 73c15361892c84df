"""What stands at padded steps never reaches the output, wherever a layer says that it takes a mask."""

from typing import Any

import numpy as np
import pytest

from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.nn.model.build import keras_layer
from tdcli.nn.model.chain import apply_layer
from tdcli.nn.runtime.tensorflow import keras

PER_STEP = {
    "Activation",
    "BatchNormalization",
    "Bidirectional",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Dense",
    "Dropout",
    "ELU",
    "GRU",
    "GaussianDropout",
    "GaussianNoise",
    "GroupNormalization",
    "LSTM",
    "LayerNormalization",
    "LeakyReLU",
    "MultiHeadAttention",
    "PReLU",
    "Normalization",
    "ReLU",
    "Rescaling",
    "SimpleRNN",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "TimeDistributed",
    "UnitNormalization",
}
STEPS, BATCH = 6, 3
VALID = np.arange(STEPS) < np.array([[6], [4], [1]])


def masked(values: Any) -> Any:
    """Return a tensor that carries a mask, as it comes out of a layer."""
    tensor = keras.ops.convert_to_tensor(values)
    tensor._keras_mask = keras.ops.convert_to_tensor(VALID)
    return tensor


def takes_mask(layer: Layer, shape: tuple) -> bool:
    try:
        layer.output_masked(masked=True, input_shape=shape)
    except ShapeError as error:
        return error.kind != "mask"
    return True


def sequence_examples() -> list[Any]:
    """Every example whose input has a time axis that can be of any length."""
    found = []
    for name in layer_names():
        for index, example in enumerate(find_layer(name).examples):
            layer = read_layer({name: example.arguments})
            shape = (None, STEPS, *example.input_shape[2:])
            fits = len(shape) > 2 and None not in shape[1:] and not layer.takes_integers
            if fits and output_fits(layer, shape):
                found.append(pytest.param(layer, shape, id=f"{name}-{index}"))
    return found


def output_fits(layer: Layer, shape: tuple) -> bool:
    try:
        layer.output_shape(shape)
    except ShapeError:
        return False
    return takes_mask(layer, shape)


def test_the_walk_sees_every_layer_that_takes_a_mask() -> None:
    seen = {type(each.values[0]).__name__ for each in sequence_examples()}
    assert seen == PER_STEP | {"GlobalAveragePooling1D"}


@pytest.mark.parametrize(("layer", "shape"), sequence_examples())
def test_padded_steps_do_not_reach_the_output(layer: Layer, shape: tuple) -> None:
    x = np.random.default_rng(1).normal(size=(BATCH, *shape[1:])).astype("float32")
    spoilt = np.where(VALID.reshape(BATCH, STEPS, *[1] * (len(shape) - 2)), x, np.float32(1e6))
    stock = keras_layer(layer)
    clean, dirty = (np.asarray(apply_layer(stock, layer, masked(values))) for values in (x, spoilt))
    if layer.output_masked(masked=True, input_shape=shape):
        clean, dirty = clean[VALID], dirty[VALID]
    np.testing.assert_array_equal(clean, dirty)


def test_a_masked_batch_normalization_trains_on_valid_steps_only() -> None:
    layer = keras_layer(read_layer({"BatchNormalization": {"momentum": 0.0}}))
    x = np.where(VALID[..., None], np.float32(3), np.float32(1e6))
    layer(x, mask=VALID, training=True)
    np.testing.assert_allclose(layer.moving_mean, 3, rtol=1e-4)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ({"Conv1D": {"filters": 2, "kernel_size": 2, "padding": "causal"}}, (None, 6, 3)),
        ({"MaxPooling1D": {}}, (None, 6, 3)),
        ({"AveragePooling1D": {"pool_size": 2}}, (None, 6, 3)),
        ("GlobalMaxPooling1D", (None, 6, 3)),
        ({"GlobalAveragePooling1D": {"data_format": "channels_first"}}, (None, 6, 3)),
        ("GlobalAveragePooling2D", (None, 6, 3, 2)),
        ("Flatten", (None, 6, 3)),
        ({"Reshape": {"target_shape": (18,)}}, (None, 6, 3)),
        ({"Permute": {"dims": (2, 1)}}, (None, 6, 3)),
        ({"LayerNormalization": {"axis": 1}}, (None, 6, 3)),
        ({"LayerNormalization": {"axis": (-2, -1)}}, (None, 6, 3)),
        ("BatchNormalization", (None, 6, 4, 3)),  # Keras refuses a mask of (batch, time) for frames
        (
            {"LSTM": {"units": 2, "return_sequences": True, "go_backwards": True}},
            (None, 6, 3),
        ),  # the mask stays forwards
        ({"TimeDistributed": {"LSTM": {"units": 2}}}, (None, 6, 4, 3)),
        ({"TimeDistributed": {"TimeDistributed": {"Dense": {"units": 2}}}}, (None, 6, 4, 3)),
        ({"TimeDistributed": {"BatchNormalization": {}}}, (None, 6, 4, 3)),
        ({"TimeDistributed": "GlobalAveragePooling1D"}, (None, 6, 4, 3)),
        ({"Embedding": {"input_dim": 3, "output_dim": 2}}, (None, 6)),
        ("Softmax", (None, 6, 3)),  # Keras takes the mask for one of the shares
        ({"TimeDistributed": "Softmax"}, (None, 6, 3)),
        ({"GroupNormalization": {"groups": 3}}, (None, 6, 3)),
        ({"GroupNormalization": {"groups": 2, "axis": 1}}, (None, 6, 3)),
        ({"UnitNormalization": {"axis": 1}}, (None, 6, 3)),
        ("RMSNormalization", (None, 6, 3)),
    ],
)
def test_a_layer_that_would_read_padded_steps_or_lose_the_mask_refuses_it(layer: Any, shape: tuple) -> None:
    assert not takes_mask(read_layer(layer), shape)
    assert read_layer(layer).output_masked(masked=False, input_shape=shape) is False


def test_a_mask_ends_where_the_steps_do() -> None:
    last = read_layer({"LSTM": {"units": 2}})
    both = read_layer({"Bidirectional": {"LSTM": {"units": 2, "return_sequences": True}}})
    assert last.output_masked(masked=True, input_shape=(None, 6, 3)) is False
    assert both.output_masked(masked=True, input_shape=(None, 6, 3)) is True


def test_masking_and_embedding_begin_a_mask() -> None:
    assert read_layer("Masking").output_masked(masked=False, input_shape=(None, 6, 3)) is True
    assert read_layer({"Embedding": {"input_dim": 3, "output_dim": 2, "mask_zero": True}}).output_masked(
        masked=False, input_shape=(None, 6)
    )


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ({"Embedding": {"input_dim": 3, "output_dim": 2, "mask_zero": True}}, (None, 6, 4)),
        ({"TimeDistributed": {"Embedding": {"input_dim": 3, "output_dim": 2, "mask_zero": True}}}, (None, 6, 4)),
        ({"TimeDistributed": "Masking"}, (None, 6, 4, 3)),
        ({"TimeDistributed": {"TimeDistributed": "Masking"}}, (None, 6, 5, 4, 3)),
    ],
)
def test_a_mask_marks_timesteps_only(layer: Any, shape: tuple) -> None:
    read = read_layer(layer)
    read.output_shape(shape)
    with pytest.raises(ShapeError) as caught:
        read.output_masked(masked=False, input_shape=shape)
    assert caught.value.kind == "mask"
