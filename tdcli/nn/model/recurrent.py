"""Recurrent layers that multiply the inputs of all timesteps by the kernel at once, if that is faster than stock Keras.

Stock Keras multiplies the input of each timestep inside a TensorFlow loop. Here short sequences are unrolled, which
avoids the overhead of the loop. An LSTM with many timesteps and wide inputs uses a loop with a custom gradient.
`benchmarks/training/recurrent.py` measures the two limits. All other cases use the stock layer, and so do all
recurrent layers on a GPU, where cuDNN is faster.
"""

from collections.abc import Callable
from typing import Any

from tdcli.nn.model.lstm_scan import lstm_scan
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import KerasLayer, Tensor

MAX_UNROLLED_STEPS = 32
"""Maximum number of timesteps to unroll. Tracing takes about 15 ms for each."""

WIDE_INPUT_RATIO = 4
"""Inputs of an LSTM are wide if they have at least this many features per unit."""

CellState = tuple[Any, ...]


def run_unrolled(layer: KerasLayer, sequences: Tensor, step: Callable[[Tensor, CellState], CellState]) -> Tensor:
    """Return the outputs of a layer, with a copy of the graph for each timestep.

    The outputs are `(batch, units)`, or `(batch, time, units)` with `return_sequences`.

    sequences: `(batch, time, features)`. step: computes the next state from the projected inputs of a timestep,
    `(batch, gates x units)`, and the state. The first tensor of a state is the output.
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
    """Return the outputs of an LSTM, computed by `lstm_scan`, in the same shape as `run_unrolled`."""
    projected = tf.transpose(_project_inputs(layer.cell, sequences), [1, 0, 2])
    if layer.go_backwards:
        projected = tf.reverse(projected, [0])
    outputs = lstm_scan(projected, tf.convert_to_tensor(layer.cell.recurrent_kernel))
    return tf.transpose(outputs, [1, 0, 2]) if layer.return_sequences else outputs[-1]


def _project_inputs(cell: KerasLayer, sequences: Tensor) -> Tensor:
    """Return the inputs of all timesteps multiplied by the kernel, plus the bias of the inputs."""
    features, steps = sequences.shape[2], sequences.shape[1]
    kernel = tf.convert_to_tensor(cell.kernel)
    products = tf.matmul(tf.reshape(sequences, [-1, features]), kernel)
    if cell.use_bias:
        bias = tf.convert_to_tensor(cell.bias)
        products += bias[0] if bias.shape.rank == 2 else bias  # GRU has a second bias for the state
    return tf.reshape(products, [-1, steps, kernel.shape[1]])


_serializable = keras.saving.register_keras_serializable("tdcli")
"""Bidirectional creates its backward layer from the serialized forward layer."""


class _FastRecurrent:
    """Computes faster if the result is the same: without mask, initial state and dropout, and with a known length."""

    def call(
        self: Any, sequences: Tensor, initial_state: Any = None, mask: Tensor | None = None, training: bool = False
    ) -> Any:
        """Return the outputs of the stock layer."""
        is_plain = mask is None and initial_state is None and not (self.stateful or self.return_state)
        drops = training and (self.dropout or self.recurrent_dropout)
        if is_plain and not drops and sequences.shape[1] is not None:
            if sequences.shape[1] <= MAX_UNROLLED_STEPS:
                return run_unrolled(self, sequences, self.step)
            if self.scans(sequences.shape[2]):
                return run_scanned(self, sequences)
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)  # type: ignore[misc]

    def scans(self, features: int) -> bool:
        """Return whether long sequences are computed by `lstm_scan`."""
        return False


@_serializable
class FastLSTM(_FastRecurrent, keras.layers.LSTM):  # type: ignore[misc]
    """LSTM (Hochreiter and Schmidhuber, 1997) with Keras's order of gates: input, forget, cell, output."""

    def scans(self: Any, features: int) -> bool:
        """Return whether long sequences are computed by `lstm_scan`: with wide inputs and the default activations."""
        activations = (self.activation, self.recurrent_activation)
        is_usual = activations == (keras.activations.tanh, keras.activations.sigmoid)
        return is_usual and features >= WIDE_INPUT_RATIO * self.units

    def step(self, inputs: Tensor, state: CellState) -> CellState:
        """Return the output and the carry state of the next timestep, both `(batch, units)`."""
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
        """Return the output of the next timestep, `(batch, units)`."""
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
        """Return the output of the next timestep, `(batch, units)`."""
        kernel = tf.convert_to_tensor(self.cell.recurrent_kernel)
        return (self.cell.activation(inputs + tf.matmul(state[0], kernel)),)


FAST_LAYERS = {"LSTM": FastLSTM, "GRU": FastGRU, "SimpleRNN": FastSimpleRNN}
"""Faster classes by the names of the Keras layers that they replace."""
