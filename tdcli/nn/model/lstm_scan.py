"""An LSTM over many timesteps with a custom gradient.

TensorFlow's gradient of a loop adds to the recurrent kernel's gradient at each timestep. Here the backward loop
computes only the gradients of the gates. One matrix product over all timesteps then computes the kernel's gradient.
"""

from collections.abc import Callable
from typing import Any

from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor


@tf.custom_gradient
def lstm_scan(projected: Tensor, kernel: Tensor) -> tuple[Tensor, Callable[[Tensor], tuple[Tensor, Tensor]]]:
    """Return the outputs of all timesteps, `(time, batch, units)`. The activations are Keras's: tanh and sigmoid.

    projected: the inputs multiplied by the kernel, plus the bias, `(time, batch, 4 x units)`. The gates are in Keras's
    order: input, forget, cell, output. kernel: the recurrent kernel, `(units, 4 x units)`.
    """
    steps, units = tf.shape(projected)[0], kernel.shape[0]
    start = tf.zeros([tf.shape(projected)[1], units], projected.dtype)
    inputs = _tensor_array(steps, projected.dtype).unstack(projected)

    def forward(step: Tensor, output: Tensor, carry: Tensor, gates: Any, carries: Any, outputs: Any) -> Any:
        totals = inputs.read(step) + tf.matmul(output, kernel)
        input_gate, forget_gate, cell_gate, output_gate = tf.split(totals, 4, axis=1)
        input_gate, forget_gate, output_gate = tf.sigmoid(input_gate), tf.sigmoid(forget_gate), tf.sigmoid(output_gate)
        cell_gate = tf.tanh(cell_gate)
        next_carry = forget_gate * carry + input_gate * cell_gate
        output = output_gate * tf.tanh(next_carry)
        gates = gates.write(step, tf.concat([input_gate, forget_gate, cell_gate, output_gate], axis=1))
        return step + 1, output, next_carry, gates, carries.write(step, next_carry), outputs.write(step, output)

    arrays = [_tensor_array(steps, projected.dtype) for _ in range(3)]
    *_, gates, carries, outputs = tf.while_loop(
        lambda step, *_: step < steps, forward, (0, start, start, *arrays), maximum_iterations=steps
    )
    gates, carries, outputs = gates.stack(), carries.stack(), outputs.stack()

    def gradient(by_outputs: Tensor) -> tuple[Tensor, Tensor]:
        by_gates = _gate_gradients(by_outputs, kernel, gates, carries)
        previous = tf.reshape(outputs[:-1], [-1, units])
        return by_gates, tf.matmul(previous, tf.reshape(by_gates[1:], [-1, 4 * units]), transpose_a=True)

    return outputs, gradient


def _gate_gradients(by_outputs: Tensor, kernel: Tensor, gates: Tensor, carries: Tensor) -> Tensor:
    """Return the gradient of the loss by the gates before their activations, `(time, batch, 4 x units)`.

    In the code, `by_x` is the gradient of the loss by `x`, or a factor of that gradient.
    """
    steps, dtype = tf.shape(gates)[0], gates.dtype
    input_gate, forget_gate, cell_gate, output_gate = tf.split(gates, 4, axis=2)
    squashed, start = tf.tanh(carries), tf.zeros_like(carries[0])
    previous = tf.concat([start[tf.newaxis], carries[:-1]], axis=0)
    by_carry = [
        cell_gate * input_gate * (1 - input_gate),
        previous * forget_gate * (1 - forget_gate),
        input_gate * (1 - cell_gate**2),
    ]
    factors = [by_outputs, squashed * output_gate * (1 - output_gate), output_gate * (1 - squashed**2), forget_gate]
    arrays = [_tensor_array(steps, dtype).unstack(values) for values in (*factors, tf.concat(by_carry, axis=2))]

    def backward(step: Tensor, by_output: Tensor, by_carry: Tensor, by_gates: Any) -> Any:
        from_above, to_output_gate, to_carry, forget, to_gates = (array.read(step) for array in arrays)
        by_output += from_above
        by_carry += by_output * to_carry
        here = tf.concat([tf.tile(by_carry, [1, 3]) * to_gates, by_output * to_output_gate], axis=1)
        return step - 1, tf.matmul(here, kernel, transpose_b=True), by_carry * forget, by_gates.write(step, here)

    first = (steps - 1, start, start, _tensor_array(steps, dtype))
    return tf.while_loop(lambda step, *_: step >= 0, backward, first, maximum_iterations=steps)[-1].stack()


def _tensor_array(steps: Tensor, dtype: Any) -> Any:
    return tf.TensorArray(dtype, steps)
