"""Recurrent layers that multiply the inputs of all steps at once, where that is faster than stock Keras.

Stock Keras multiplies the input of each step inside a loop of TensorFlow. Short sequences are unrolled instead, which
saves the loop's bookkeeping. An LSTM over many steps of wide inputs keeps a loop, with a gradient of its own.
`benchmarks/training/recurrent.py` has the measurements behind the two limits. What is between them uses the stock
layer, and so does everything on a GPU, where cuDNN is faster.
"""

from collections.abc import Callable
from typing import Any

from tdcli.nn.model.lstm_scan import lstm_scan
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import KerasLayer, Tensor

MAX_UNROLLED_STEPS = 32
"""Each unrolled timestep takes some 15 ms to trace."""

WIDE_INPUT_RATIO = 4
"""An LSTM's inputs are wide where they have that many features a unit."""

CellState = tuple[Any, ...]


def run_unrolled(layer: KerasLayer, sequences: Tensor, step: Callable[[Tensor, CellState], CellState]) -> Tensor:
    """Return the outputs of a layer, with a copy of the graph for each step.

    They are `(batch, units)`, or `(batch, time, units)` with `return_sequences`.
    sequences: `(batch, time, features)`. step: takes the projected inputs of a timestep, `(batch, gates x units)`,
    and the state, of which the first is the output; returns the next state.
    """
    projected = _project_inputs(layer.cell, sequences)
    zeros = tf.zeros([tf.shape(sequences)[0], layer.units], projected.dtype)
    state: CellState = (zeros,) * len(tf.nest.flatten(layer.cell.state_size))
    outputs = []
    for inputs in reversed(tf.unstack(projected, axis=1)) if layer.go_backwards else tf.unstack(projected, axis=1):
        state = step(inputs, state)
        outputs.append(state[0])
    return tf.stack(outputs, axis=1) if layer.return_sequences else outputs[-1]


def run_scanned(layer: KerasLayer, sequences: Tensor) -> Tensor:
    """Return the outputs of an LSTM, in the shape of `run_unrolled`, by `lstm_scan`."""
    projected = tf.transpose(_project_inputs(layer.cell, sequences), [1, 0, 2])
    if layer.go_backwards:
        projected = tf.reverse(projected, [0])
    outputs = lstm_scan(projected, tf.convert_to_tensor(layer.cell.recurrent_kernel))
    return tf.transpose(outputs, [1, 0, 2]) if layer.return_sequences else outputs[-1]


def _project_inputs(cell: KerasLayer, sequences: Tensor) -> Tensor:
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


class _FastRecurrent:
    """Computes faster where the result is the same: no mask, no state from outside, no dropout, a known length."""

    def call(
        self: Any, sequences: Tensor, initial_state: Any = None, mask: Tensor | None = None, training: bool = False
    ) -> Any:
        """Return what the stock layer returns."""
        is_plain = mask is None and initial_state is None and not (self.stateful or self.return_state)
        drops = training and (self.dropout or self.recurrent_dropout)
        if is_plain and not drops and sequences.shape[1] is not None:
            if sequences.shape[1] <= MAX_UNROLLED_STEPS:
                return run_unrolled(self, sequences, self.step)
            if self.scans(sequences.shape[2]):
                return run_scanned(self, sequences)
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)  # type: ignore[misc]

    def scans(self, features: int) -> bool:
        """Say whether many steps go through `lstm_scan`."""
        return False


@_serializable
class FastLSTM(_FastRecurrent, keras.layers.LSTM):  # type: ignore[misc]
    """LSTM (Hochreiter and Schmidhuber, 1997) with Keras's order of gates: input, forget, cell, output."""

    def scans(self: Any, features: int) -> bool:
        """Say whether many steps go through `lstm_scan`: wide inputs, and the activations that it knows."""
        activations = (self.activation, self.recurrent_activation)
        is_usual = activations == (keras.activations.tanh, keras.activations.sigmoid)
        return is_usual and features >= WIDE_INPUT_RATIO * self.units

    def step(self, inputs: Tensor, state: CellState) -> CellState:
        """Return output and carry of the next timestep, both `(batch, units)`."""
        output, carry = state
        cell = self.cell
        gates = inputs + tf.matmul(output, tf.convert_to_tensor(cell.recurrent_kernel))
        input_gate, forget_gate, cell_gate, output_gate = tf.split(gates, 4, axis=1)
        kept = cell.recurrent_activation(forget_gate) * carry
        carry = kept + cell.recurrent_activation(input_gate) * cell.activation(cell_gate)
        return cell.recurrent_activation(output_gate) * cell.activation(carry), carry


@_serializable
class FastGRU(_FastRecurrent, keras.layers.GRU):  # type: ignore[misc]
    """GRU (Cho et al., arXiv:1406.1078) with Keras's order of gates: update, reset, candidate."""

    def step(self, inputs: Tensor, state: CellState) -> CellState:
        """Return the next timestep's output, `(batch, units)`."""
        (output,) = state
        cell, kernel = self.cell, tf.convert_to_tensor(self.cell.recurrent_kernel)
        x_update, x_reset, x_candidate = tf.split(inputs, 3, axis=1)
        if cell.reset_after:
            from_state = tf.matmul(output, kernel)
            from_state += tf.convert_to_tensor(cell.bias)[1] if cell.use_bias else 0.0
            update, reset, candidate = tf.split(from_state, 3, axis=1)
        else:
            units = cell.units
            update, reset = tf.split(tf.matmul(output, kernel[:, : 2 * units]), 2, axis=1)
        update = cell.recurrent_activation(x_update + update)
        reset = cell.recurrent_activation(x_reset + reset)
        candidate = reset * candidate if cell.reset_after else tf.matmul(reset * output, kernel[:, 2 * cell.units :])
        return (update * output + (1 - update) * cell.activation(x_candidate + candidate),)


@_serializable
class FastSimpleRNN(_FastRecurrent, keras.layers.SimpleRNN):  # type: ignore[misc]
    """A fully connected recurrent layer (Elman, 1990)."""

    def step(self, inputs: Tensor, state: CellState) -> CellState:
        """Return the next timestep's output, `(batch, units)`."""
        kernel = tf.convert_to_tensor(self.cell.recurrent_kernel)
        return (self.cell.activation(inputs + tf.matmul(state[0], kernel)),)


FAST_LAYERS = {"LSTM": FastLSTM, "GRU": FastGRU, "SimpleRNN": FastSimpleRNN}
"""What computes faster in place of Keras's layer of that name."""
