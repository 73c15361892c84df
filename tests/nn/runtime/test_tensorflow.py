"""What is changed in Keras, TensorFlow and NumPy is changed for a time."""

import random
import runpy
import sys
from typing import Any

import numpy as np
import pytest

from tdcli.nn.runtime.tensorflow import forgetting_models, keras, seeded, tf, using_channels_last
from tdcli.text.errors import SpecError


def drawn_numbers() -> tuple[float, ...]:
    return random.random(), np.random.random(), float(keras.random.uniform(())), float(tf.random.uniform(()))


@pytest.mark.parametrize("deterministic", [True, False])
def test_seeding_repeats_what_is_drawn_inside_and_changes_nothing_outside(deterministic: bool) -> None:
    keras.utils.set_random_seed(1)
    expected = drawn_numbers()
    keras.utils.set_random_seed(1)
    drawn = []
    for _ in range(2):
        with seeded(7, deterministic):
            drawn.append(drawn_numbers())
    assert drawn[0] == drawn[1]
    assert drawn_numbers() == expected


def test_kernels_that_repeat_bit_for_bit_are_chosen_for_the_time_of_a_training() -> None:
    def make_generator() -> None:  # which TensorFlow refuses where it must repeat and has no seed
        tf.random.Generator.from_non_deterministic_state()

    with seeded(0, deterministic=True), pytest.raises(RuntimeError, match="determinism"):
        make_generator()
    make_generator()


def test_layers_read_channels_last_and_the_callers_setting_stays() -> None:
    keras.config.set_image_data_format("channels_first")
    try:
        with using_channels_last():
            inside = keras.layers.Conv2D(1, 3)
        outside = keras.layers.Conv2D(1, 3)
    finally:
        keras.config.set_image_data_format("channels_last")
    assert (inside.data_format, outside.data_format) == ("channels_last", "channels_first")


def test_another_backend_of_keras_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    monkeypatch.delitem(sys.modules, "tdcli.nn.runtime.tensorflow")  # as before it was imported
    with pytest.raises(SpecError, match="Keras uses the jax backend, but tdcli trains with TensorFlow"):
        runpy.run_module("tdcli.nn.runtime.tensorflow")


def test_gradients_of_the_callers_own_models_outlive_those_that_are_forgotten() -> None:
    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def doubled(x: Any) -> Any:
        return 2 * x, lambda upstream: 7 * upstream

    graph = tf.function(doubled).get_concrete_function(tf.TensorSpec([], "float32"))
    with forgetting_models():
        inner = tf.function(doubled).get_concrete_function(tf.TensorSpec([], "float32"))
        del inner
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        outputs = graph(x)
    assert float(tape.gradient(outputs, x)) == 7.0
