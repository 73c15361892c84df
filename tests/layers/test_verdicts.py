"""Layers on shapes that may not fit: the same verdict as Keras, and the same shape where both accept."""

from random import Random
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.nn.model.build import keras_layer
from tdcli.nn.model.chain import apply_layer
from tdcli.nn.runtime.tensorflow import keras
from tdcli.shapes import Shape

PAIRS = 500
# Keras computes these on axes that were not meant, and says nothing.
LAX = {
    "Dropout": "its noise shape may be larger than the input, which then grows",
    "Embedding": "more axes than samples and steps",
    "Masking": "frames, on which the mask stops a recurrent layer",
    "MultiHeadAttention": "attention over all axes between the first and the last",
    "RMSNormalization": "an axis that is not the last, with a scale along the last",
    "Softmax": "shares over the samples of a batch",
    "TimeDistributed": "it asks the layer inside for no particular axes",
    "UnitNormalization": "lengths over the samples of a batch",
}


def pairs(count: int) -> list[tuple[Layer, Shape]]:
    """Draw layers from their examples, some under TimeDistributed, with shapes of any rank."""
    random, drawn = Random(0), []
    while len(drawn) < count:
        name = random.choice(layer_names())
        example = random.choice(find_layer(name).examples)
        wrapped = {"TimeDistributed": {name: example.arguments}}
        try:
            layer = read_layer(wrapped if random.random() < 0.3 else {name: example.arguments})
        except ValidationError:
            continue
        rank = random.choice([len(example.input_shape), random.randint(1, 6)])
        sizes = [random.choice([1, 2, 3, 4, 6, 8, 8]) for _ in range(rank - 1)]
        if sizes and random.random() < 0.2:
            sizes[random.randrange(len(sizes))] = None
        drawn.append((layer, (None, *sizes)))
    return drawn


def ours(layer: Layer, shape: Shape) -> Shape | None:
    try:
        return layer.output_shape(shape)
    except ShapeError:
        return None


def keras_shape(layer: Layer, shape: Shape) -> Shape | None:
    """Return what Keras infers; None where it refuses."""
    inputs = keras.Input(shape[1:], dtype="int32" if layer.takes_integers else "float32")
    try:
        return tuple(apply_layer(keras_layer(layer), layer, inputs).shape)
    except Exception:  # Keras refuses with whatever its backend raises
        return None


def computes(layer: Layer, shape: Shape) -> bool:
    """Say whether Keras can compute on such numbers, though it infers a shape."""
    values: Any = np.zeros([size or 3 for size in (2, *shape[1:])], "int32" if layer.takes_integers else "float32")
    try:
        apply_layer(keras_layer(layer), layer, values)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("part", range(4))
def test_a_layer_and_a_shape_are_accepted_or_refused_as_by_keras(part: int) -> None:
    seen = {True: 0, False: 0}
    for layer, shape in pairs(PAIRS)[part::4]:
        keras.backend.clear_session(free_memory=False)
        verdict, expected = ours(layer, shape), keras_shape(layer, shape)
        seen[verdict is not None] += 1
        if verdict is None and expected is not None:
            assert layer.title() in LAX or not computes(layer, shape), (layer, shape, expected)
        else:
            assert verdict == expected, (layer, shape)
    assert min(seen.values()) > PAIRS / 20
