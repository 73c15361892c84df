"""What each loss can learn from, for every loss with every activation, as stock Keras computes them."""

from math import inf
from typing import Any

import numpy as np
import pytest

from tdcli.layers.core.fields import ACTIVATIONS
from tdcli.layers.core.ranges import range_of
from tdcli.signature import Signature
from tdcli.spec.loss_outputs import outputs_text, unmet_need
from tdcli.spec.losses import LOSSES
from tdcli.spec.objective import resolve_objective
from tdcli.spec.training import Training
from tdcli.text.errors import SpecError

TARGETS = {
    "binary_crossentropy": [(0, 1), (1, 0), (0.3, 0.7)],
    "binary_focal_crossentropy": [(0, 1), (1, 0)],
    "categorical_crossentropy": [(0, 1), (1, 0)],
    "categorical_focal_crossentropy": [(0, 1), (1, 0)],
    "categorical_hinge": [(0, 1), (1, 0)],
    "hinge": [(-1, 1), (1, -1)],
    "squared_hinge": [(-1, 1), (1, -1)],
    "kl_divergence": [(0.3, 0.7), (0.6, 0.4)],
    "poisson": [(0.3, 0.7)],
    "msle": [(0.3, 0.7)],
    "mean_squared_logarithmic_error": [(0.3, 0.7)],
    "sparse_categorical_crossentropy": [0, 1],
}
"""Of two outputs, or a class; of other losses, which learn from any outputs, (0.3, 0.7)."""

REFUSED_THOUGH_LEARNT = ("categorical_hinge", "binary_focal_crossentropy", "sparse_categorical_crossentropy")
"""They want probabilities here, which Keras does without; the last takes sigmoids as if they were shares."""


def outputs_of(activation: str) -> Any:
    """Return what two units answer, over a grid of sums: `(points, 2)`."""
    import keras

    sums = np.stack(np.meshgrid(*[np.linspace(-6, 6, 48)] * 2), axis=-1).reshape(-1, 2).astype(np.float32)
    said = getattr(keras.activations, activation)(keras.ops.convert_to_tensor(sums))
    return keras.ops.convert_to_tensor(np.asarray(said))  # without the sums, which Keras keeps with a sigmoid's answers


def is_learnt(loss: str, activation: str) -> bool:
    """Say whether the loss is a number everywhere, falls towards the target, and is flat only where it is least.

    How flat an activation is at its ends does not count: gradients are taken by the outputs, and not at the ends.
    """
    import keras
    import tensorflow as tf

    function, outputs = keras.losses.get(loss), outputs_of(activation)
    for target in TARGETS.get(loss, [(0.3, 0.7)]):
        expected = np.broadcast_to(np.array(target, np.float32), np.shape(outputs)[: 2 if np.ndim(target) else 1])
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            found = function(expected, outputs)
        slopes = np.abs(np.asarray(tape.gradient(found, outputs)))
        found, said = np.asarray(found), np.asarray(outputs)
        least = found.min()
        at_end = np.isclose(said[..., None], range_of(activation), atol=1e-6).any(axis=-1)
        flat = ((slopes < 1e-9) | at_end).all(axis=-1) & ~at_end.all(axis=-1)
        flat &= (found > least + 1e-3) | flat.all()
        if (
            not np.isfinite(found).all()
            or flat.mean() > 0.01
            or not _is_answer(loss, target, said[found.argmin()], least)
        ):
            return False
    return True


def _is_answer(loss: str, target: Any, best: Any, least: float) -> bool:
    """Say whether the outputs at which the loss is least tell what is true."""
    if "hinge" in loss:
        return bool(least < 0.15)
    if "crossentropy" in loss and np.ndim(target) == 0:
        return bool(best.argmax() == target and abs(best.sum() - 1) < 0.1 and (best >= 0).all())
    if loss == "kl_divergence" or "crossentropy" in loss:
        return bool(np.abs(best - np.array(target)).max() < 0.15)
    return True


def signature(activation: str, units: int = 2) -> Signature:
    return Signature("many-to-one", (None, 5, 1), (None, units), activation)


@pytest.mark.parametrize(
    "activation", sorted({*ACTIVATIONS} - {"sparsemax"})
)  # which looks at the whole batch in Keras 3.15
def test_the_range_of_an_activation_is_what_keras_answers(activation: str) -> None:
    import keras

    sums = np.concatenate([np.linspace(-40, 40, 80_001), [-1e4, 1e4]]).astype(np.float32)
    pairs = np.stack([sums, -sums], axis=-1)
    low, high = range_of(activation)
    with np.errstate(over="ignore"):
        said = np.asarray(getattr(keras.activations, activation)(keras.ops.convert_to_tensor(pairs)))
    assert low - 1e-6 <= said.min() <= (low + 1e-3 if low > -inf else -30)
    assert (high - 1e-3 if high < inf else 30) <= said.max() <= high + 1e-6


@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "cosine_similarity"])
def test_outputs_are_refused_where_keras_would_not_learn_from_them(loss: str) -> None:
    taken = {name for name in ACTIVATIONS if unmet_need(loss, signature(name)) is None}
    learnt = {name for name in ACTIVATIONS if is_learnt(loss, name)}
    assert taken - learnt == set()
    if loss not in REFUSED_THOUGH_LEARNT:
        assert learnt - taken == set()


def test_outputs_are_described_in_words() -> None:
    assert outputs_text(signature("relu")) == "the outputs have activation `relu`"
    assert outputs_text(Signature("layers", (None, 5, 1), (None, 2))) == "the outputs have no activation"


def test_the_direction_of_one_number_teaches_nothing() -> None:
    """And of two it does: Keras's gradient says so, and one unit is refused."""
    import keras
    import tensorflow as tf

    largest = {}
    for units in (1, 2):
        outputs = tf.constant(np.random.default_rng(0).normal(size=(20, units)), tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            loss = keras.losses.cosine_similarity(tf.ones_like(outputs), outputs)
        largest[units] = float(tf.reduce_max(tf.abs(tape.gradient(loss, outputs))))
    assert largest[1] < 1e-4 < 0.1 < largest[2]
    with pytest.raises(SpecError, match="needs several outputs, but the model has one"):
        resolve_objective(Training(loss="cosine_similarity"), signature("linear", 1))
    assert resolve_objective(Training(loss="cosine_similarity"), signature("linear")).loss == "cosine_similarity"
