"""An LSTM over many steps with a gradient of its own.

TensorFlow's gradient of a loop adds up the recurrent kernel's gradient once a step; here the backward loop
gives the gates' gradients alone, and one product over all steps then gives the kernel's.
"""

from collections.abc import Callable
from typing import Any

from tdcli.nn.runtime.tensorflow import tf


@tf.custom_gradient
def lstm_scan(projected: Any, kernel: Any) -> tuple[Any, Callable[[Any], tuple[Any, Any]]]:
    """Return the outputs of all steps, `(time, batch, units)`, with tanh and sigmoid as Keras has them.

    projected: the inputs' products and bias, `(time, batch, 4 x units)`, gates in Keras's order: input,
    forget, cell, output. kernel: the recurrent one, `(units, 4 x units)`.
    """
    steps, units = tf.shape(projected)[0], kernel.shape[0]
    start = tf.zeros([tf.shape(projected)[1], units], projected.dtype)
    inputs = _array(steps, projected.dtype).unstack(projected)

    def forward(step: Any, output: Any, carry: Any, gates: Any, carries: Any, outputs: Any) -> Any:
        kept, forgotten, proposed, shown = tf.split(inputs.read(step) + tf.matmul(output, kernel), 4, axis=1)
        kept, forgotten, shown = tf.sigmoid(kept), tf.sigmoid(forgotten), tf.sigmoid(shown)
        proposed = tf.tanh(proposed)
        after = forgotten * carry + kept * proposed
        output = shown * tf.tanh(after)
        gates = gates.write(step, tf.concat([kept, forgotten, proposed, shown], axis=1))
        return step + 1, output, after, gates, carries.write(step, after), outputs.write(step, output)

    arrays = [_array(steps, projected.dtype) for _ in range(3)]
    *_, gates, carries, outputs = tf.while_loop(
        lambda step, *_: step < steps, forward, (0, start, start, *arrays), maximum_iterations=steps
    )
    gates, carries, outputs = gates.stack(), carries.stack(), outputs.stack()

    def gradient(of_outputs: Any) -> tuple[Any, Any]:
        of_gates = _backward(of_outputs, kernel, gates, carries)
        before = tf.reshape(outputs[:-1], [-1, units])
        return of_gates, tf.matmul(before, tf.reshape(of_gates[1:], [-1, 4 * units]), transpose_a=True)

    return outputs, gradient


def _backward(of_outputs: Any, kernel: Any, gates: Any, carries: Any) -> Any:
    """Return the gradient by the gates before their activations, `(time, batch, 4 x units)`."""
    steps, dtype = tf.shape(gates)[0], gates.dtype
    kept, forgotten, proposed, shown = tf.split(gates, 4, axis=2)
    squashed, start = tf.tanh(carries), tf.zeros_like(carries[0])
    before = tf.concat([start[tf.newaxis], carries[:-1]], axis=0)
    by_carry = [proposed * kept * (1 - kept), before * forgotten * (1 - forgotten), kept * (1 - proposed**2)]
    factors = [of_outputs, squashed * shown * (1 - shown), shown * (1 - squashed**2), forgotten]
    arrays = [_array(steps, dtype).unstack(each) for each in (*factors, tf.concat(by_carry, axis=2))]

    def backward(step: Any, of_output: Any, of_carry: Any, of_gates: Any) -> Any:
        from_above, by_shown, by_squashed, kept_on, by_gates = (each.read(step) for each in arrays)
        of_output += from_above
        of_carry += of_output * by_squashed
        here = tf.concat([tf.tile(of_carry, [1, 3]) * by_gates, of_output * by_shown], axis=1)
        return step - 1, tf.matmul(here, kernel, transpose_b=True), of_carry * kept_on, of_gates.write(step, here)

    first = (steps - 1, start, start, _array(steps, dtype))
    return tf.while_loop(lambda step, *_: step >= 0, backward, first, maximum_iterations=steps)[-1].stack()


def _array(steps: Any, dtype: Any) -> Any:
    return tf.TensorArray(dtype, steps)
