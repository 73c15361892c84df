"""Unrolled recurrent layers that read masked sequences backwards and skip padded timesteps.

A masked Bidirectional layer sets the outputs of padded timesteps to zero. For an unrolled backward layer, Keras 3.15
applies the mask in forward order, which is wrong (`keras.src.backend.tensorflow.rnn.rnn`). Its loop is correct.
"""

from typing import Any

from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.runtime.types import Tensor

_CLASS_NAMES = ("LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


class _Reversed:
    """Reverses inputs and mask and reads forward. The result is the same numbers in the same order."""

    def inner_loop(
        self: Any, sequences: Tensor, initial_state: Any, mask: Tensor | None, training: bool = False
    ) -> Any:
        """Return the last output, the outputs `(batch, time, ...)` and the states, as Keras does."""
        stock = super().inner_loop  # type: ignore[misc]
        if mask is None or not self.go_backwards:
            return stock(sequences, initial_state, mask, training)
        self.go_backwards = False
        try:
            return stock(keras.ops.flip(sequences, 1), initial_state, keras.ops.flip(mask, 1), training)
        finally:
            self.go_backwards = True


REVERSED = {name: type(name, (_Reversed, getattr(keras.layers, name)), {}) for name in _CLASS_NAMES}
"""Classes by the names of the Keras classes that they replace."""
