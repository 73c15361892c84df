"""TimeDistributed with time folded into the batch axis.

`TimeDistributed` of Keras 3.15 unrolls time in Python. The graph contains one copy of the wrapped layer per timestep,
so its size and the time to trace it grow with the number of timesteps (keras-team/keras issues 21179, 21208).
"""

import inspect
from typing import Any

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import Tensor


class FoldedTimeDistributed(keras.layers.TimeDistributed):  # type: ignore[misc]
    """Applies the layer once to `(batch x time, *step)` and reshapes its outputs. The numbers are those of stock Keras.

    Unlike stock Keras, it calls the layer in the usual way. So the layer's `activity_regularizer` is added to the
    loss, and its `dtype` is the dtype of the outputs. BatchNormalization normalizes over batch and time together and
    updates its moving averages once per batch.
    """

    def call(self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None) -> Tensor:
        """Return `(batch, time, *output of the layer)`. The mask has the shape `(batch, time)`."""
        time, *step = _inner_sizes(inputs)
        arguments = {} if mask is None or not self._reads_mask else {"mask": tf.reshape(mask, [-1])}
        outputs = self.layer(tf.reshape(inputs, [-1, *step]), **arguments)
        return tf.reshape(outputs, [-1, time, *_inner_sizes(outputs)])

    @property
    def _reads_mask(self) -> bool:
        return "mask" in inspect.signature(self.layer.call).parameters


def _inner_sizes(tensor: Tensor) -> list[Any]:
    """Return the sizes of all axes but the batch. Only sizes that are unknown become tensors of the graph."""
    sizes = list(tensor.shape)
    dynamic = tf.shape(tensor) if None in sizes[1:] else sizes
    return [dynamic[axis] if size is None else size for axis, size in enumerate(sizes)][1:]
