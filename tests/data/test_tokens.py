"""Tokens that an Embedding has no row for are refused before training."""

import numpy as np
import pytest

from tdcli.data.tokens import check_tokens
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError

NAMES = np.array([7, 9])


def refused(tokens: list[list[int]], vocabulary: int) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        check_tokens(np.array(tokens), NAMES, vocabulary)
    (only,) = caught.value.diagnostics
    return only


def test_tokens_below_the_size_of_the_vocabulary_pass() -> None:
    check_tokens(np.array([[0, 1], [2, 2]]), NAMES, 3)


def test_the_first_unknown_token_is_named_and_the_largest_decides_the_advice() -> None:
    found = refused([[0, 1], [3, 5]], 3)
    assert (found.name, found.message) == (
        "token-out-of-range",
        "sample 9, timestep 0 is the token `3`, which is out of range",
    )
    assert found.help == ("train with `input_dim: 6` in the `Embedding`, one more than the largest token",)


def test_a_negative_token_is_not_blamed_on_the_size() -> None:
    assert refused([[0, -26], [1, 1]], 3).help == ("number the tokens from 0",)


def test_what_is_refused_is_what_keras_cannot_look_up() -> None:
    import keras

    layer = keras.layers.Embedding(3, 2)
    assert np.isfinite(layer(np.array([[0, 2]]))).all()
    with pytest.raises(Exception, match="not in"):
        layer(np.array([[0, 3]]))
