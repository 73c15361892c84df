"""Recurrent layers with the products of all steps' inputs in one, where that is faster than stock.

Stock Keras multiplies each step's input inside a loop of TensorFlow. Short sequences are written out step by
step instead, which saves the loop's bookkeeping; an LSTM over many steps of wide inputs keeps a loop, with a
gradient of its own. `benchmarks/training/recurrent.py` has the measurements behind the two limits; what lies between
them is left to stock, and so is everything on a GPU, where cuDNN is faster.
"""

from collections.abc import Callable
from typing import Any

from tdcli.nn.model.lstm_scan import lstm_scan
from tdcli.nn.runtime.tensorflow import keras, tf

MOST_STEPS = 32
"""Up to so many timesteps are written out; each takes some 15 ms to trace."""

WIDE = 4
"""An LSTM's inputs are wide where they have so many features a unit."""

State = tuple[Any, ...]


def unrolled(layer: Any, sequences: Any, step: Callable[[Any, State], State]) -> Any:
    """Return what the layer gives, its steps written out.

    That is `(batch, units)`, or `(batch, time, units)` with `return_sequences`.
    sequences: `(batch, time, features)`. step: takes the projected inputs of a timestep, `(batch, gates x units)`,
    and the state, of which the first is the output; returns the next state.
    """
    projected = _projected(layer.cell, sequences)
    zeros = tf.zeros([tf.shape(sequences)[0], layer.units], projected.dtype)
    state: State = (zeros,) * len(tf.nest.flatten(layer.cell.state_size))
    outputs = []
    for inputs in reversed(tf.unstack(projected, axis=1)) if layer.go_backwards else tf.unstack(projected, axis=1):
        state = step(inputs, state)
        outputs.append(state[0])
    return tf.stack(outputs, axis=1) if layer.return_sequences else outputs[-1]


def scanned(layer: Any, sequences: Any) -> Any:
    """Return what an LSTM gives, as `unrolled` does, by `lstm_scan`."""
    projected = tf.transpose(_projected(layer.cell, sequences), [1, 0, 2])
    if layer.go_backwards:
        projected = tf.reverse(projected, [0])
    outputs = lstm_scan(projected, tf.convert_to_tensor(layer.cell.recurrent_kernel))
    return tf.transpose(outputs, [1, 0, 2]) if layer.return_sequences else outputs[-1]


def _projected(cell: Any, sequences: Any) -> Any:
    """Return the products of all steps' inputs with the kernel, and the bias of the inputs."""
    features, steps = sequences.shape[2], sequences.shape[1]
    kernel = tf.convert_to_tensor(cell.kernel)
    products = tf.matmul(tf.reshape(sequences, [-1, features]), kernel)
    if cell.use_bias:
        bias = tf.convert_to_tensor(cell.bias)
        products += bias[0] if bias.shape.rank == 2 else bias  # GRU has one for the state too
    return tf.reshape(products, [-1, steps, kernel.shape[1]])


_serializable = keras.saving.register_keras_serializable("tdcli")
"""Bidirectional makes its backward layer from what its forward layer serializes to."""


class _Fast:
    """Takes a faster way where it is the same: no mask, no state from outside, no dropout, a known length."""

    def call(self: Any, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False) -> Any:
        """Return what stock returns."""
        is_plain = mask is None and initial_state is None and not (self.stateful or self.return_state)
        drops = training and (self.dropout or self.recurrent_dropout)
        if is_plain and not drops and sequences.shape[1] is not None:
            if sequences.shape[1] <= MOST_STEPS:
                return unrolled(self, sequences, self.step)
            if self.scans(sequences.shape[2]):
                return scanned(self, sequences)
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)  # type: ignore[misc]

    def scans(self, features: int) -> bool:
        """Say whether many steps go through `lstm_scan`."""
        return False


@_serializable
class FastLSTM(_Fast, keras.layers.LSTM):  # type: ignore[misc]
    """LSTM (Hochreiter and Schmidhuber, 1997) with Keras's order of gates: input, forget, cell, output."""

    def scans(self: Any, features: int) -> bool:
        """Say whether many steps go through `lstm_scan`: wide inputs, and the activations that it knows."""
        activations = (self.activation, self.recurrent_activation)
        is_usual = activations == (keras.activations.tanh, keras.activations.sigmoid)
        return is_usual and features >= WIDE * self.units

    def step(self, inputs: Any, state: State) -> State:
        """Return output and carry of the next timestep, both `(batch, units)`."""
        output, carry = state
        cell = self.cell
        gates = inputs + tf.matmul(output, tf.convert_to_tensor(cell.recurrent_kernel))
        kept, forgotten, proposed, shown = tf.split(gates, 4, axis=1)
        carry = cell.recurrent_activation(forgotten) * carry + cell.recurrent_activation(kept) * cell.activation(
            proposed
        )
        return cell.recurrent_activation(shown) * cell.activation(carry), carry


@_serializable
class FastGRU(_Fast, keras.layers.GRU):  # type: ignore[misc]
    """GRU (Cho et al., arXiv:1406.1078) with Keras's order of gates: update, reset, proposal."""

    def step(self, inputs: Any, state: State) -> State:
        """Return the next timestep's output, `(batch, units)`."""
        (output,) = state
        cell, kernel = self.cell, tf.convert_to_tensor(self.cell.recurrent_kernel)
        of_update, of_reset, of_proposal = tf.split(inputs, 3, axis=1)
        if cell.reset_after:
            from_state = tf.matmul(output, kernel)
            from_state += tf.convert_to_tensor(cell.bias)[1] if cell.use_bias else 0.0
            update, reset, proposal = tf.split(from_state, 3, axis=1)
        else:
            units = cell.units
            update, reset = tf.split(tf.matmul(output, kernel[:, : 2 * units]), 2, axis=1)
        update = cell.recurrent_activation(of_update + update)
        reset = cell.recurrent_activation(of_reset + reset)
        proposal = reset * proposal if cell.reset_after else tf.matmul(reset * output, kernel[:, 2 * cell.units :])
        return (update * output + (1 - update) * cell.activation(of_proposal + proposal),)


@_serializable
class FastSimpleRNN(_Fast, keras.layers.SimpleRNN):  # type: ignore[misc]
    """A fully connected recurrent layer (Elman, 1990)."""

    def step(self, inputs: Any, state: State) -> State:
        """Return the next timestep's output, `(batch, units)`."""
        kernel = tf.convert_to_tensor(self.cell.recurrent_kernel)
        return (self.cell.activation(inputs + tf.matmul(state[0], kernel)),)


FAST = {"LSTM": FastLSTM, "GRU": FastGRU, "SimpleRNN": FastSimpleRNN}
"""What computes faster in place of Keras's layer of that name."""
