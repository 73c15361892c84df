"""Steps that come out in reverse, beside Keras."""

from pathlib import Path

import numpy as np
import pytest

from tdcli.services.specs.compile import compile_document
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.yaml_reader import parse_document

LSTM = "{LSTM: {units: 2, go_backwards: %s, return_sequences: %s}}"
BACKWARDS, FORWARDS = LSTM % ("true", "true"), LSTM % ("false", "true")


@pytest.mark.parametrize(
    ("layers", "warns"),
    [
        (BACKWARDS, True),
        (FORWARDS, False),
        (f"{BACKWARDS}, {BACKWARDS}", False),  # turned twice
        (f"{BACKWARDS}, {FORWARDS}", True),
        (LSTM % ("true", "false"), False),
        (f"{BACKWARDS}, GlobalAveragePooling1D", False),
        ("{Bidirectional: {LSTM: {units: 2, return_sequences: true}}}", False),
    ],
)
def test_steps_in_reverse_are_told_where_each_has_an_answer(layers: str, warns: bool) -> None:
    text = f"architecture: {{kind: layers, input: [5, 1], layers: [{layers}]}}"
    names = [each.name for each in warnings_for(compile_document(parse_document(text, Path("spec.yaml"))))]
    assert ("steps-reversed" in names) is warns


def test_keras_returns_the_last_step_first() -> None:
    import keras

    x = np.random.default_rng(0).normal(size=(1, 5, 1)).astype("float32")
    layer = keras.layers.LSTM(2, go_backwards=True, return_sequences=True)
    found = np.asarray(layer(x))
    other = x.copy()
    other[0, 0] += 1
    assert np.array_equal(found[0] == np.asarray(layer(other))[0], [[True, True]] * 4 + [[False, False]])
