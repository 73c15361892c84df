"""Recurrent layers that are written out, read masked sequences backwards, and still leave padded steps alone.

Keras 3.15 zeroes the padded steps of what an unrolled backward layer gives by a mask in forward order, as a masked
Bidirectional asks for (`keras.src.backend.tensorflow.rnn.rnn`); its loop does it rightly.
"""

from typing import Any

from tdcli.nn.runtime.tensorflow import keras

NAMES = ("LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


class _Turned:
    """Turns inputs and mask round, and walks forward: the same numbers in the same order."""

    def inner_loop(self: Any, sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> Any:
        """Return last output, outputs `(batch, time, ...)` and states, as Keras's own does."""
        stock = super().inner_loop  # type: ignore[misc]
        if mask is None or not self.go_backwards:
            return stock(sequences, initial_state, mask, training)
        self.go_backwards = False
        try:
            return stock(keras.ops.flip(sequences, 1), initial_state, keras.ops.flip(mask, 1), training)
        finally:
            self.go_backwards = True


TURNED = {name: type(name, (_Turned, getattr(keras.layers, name)), {}) for name in NAMES}
"""By the names of Keras's."""
