"""Unrolled recurrent layers that read masked sequences backwards and still leave padded steps alone.

Keras 3.15 zeroes the padded steps of what an unrolled backward layer gives by a mask in forward order, as a masked
Bidirectional asks for (`keras.src.backend.tensorflow.rnn.rnn`); its loop does it rightly.
"""

from typing import Any

from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.runtime.types import Tensor

_CLASS_NAMES = ("LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


class _Reversed:
    """Reverses inputs and mask, and goes forward: the same numbers in the same order."""

    def inner_loop(
        self: Any, sequences: Tensor, initial_state: Any, mask: Tensor | None, training: bool = False
    ) -> Any:
        """Return last output, outputs `(batch, time, ...)` and states, as Keras's own does."""
        stock = super().inner_loop  # type: ignore[misc]
        if mask is None or not self.go_backwards:
            return stock(sequences, initial_state, mask, training)
        self.go_backwards = False
        try:
            return stock(keras.ops.flip(sequences, 1), initial_state, keras.ops.flip(mask, 1), training)
        finally:
            self.go_backwards = True


REVERSED = {name: type(name, (_Reversed, getattr(keras.layers, name)), {}) for name in _CLASS_NAMES}
"""Classes by the names of those of Keras that they replace."""
