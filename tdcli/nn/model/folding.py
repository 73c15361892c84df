"""TimeDistributed with time folded into the batch.

Keras 3.15's `TimeDistributed` unrolls time in Python: a copy of the wrapped layer for each step, so that the
graph and the time to trace it grow with the number of steps (keras-team/keras issues 21179, 21208).
"""

import inspect
from typing import Any

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import Tensor


class FoldedTimeDistributed(keras.layers.TimeDistributed):  # type: ignore[misc]
    """Applies the layer once to `(batch x time, *step)`, and unfolds what comes out: the same numbers as stock.

    The layer is called as any other is, so that three things hold that stock leaves out: its
    `activity_regularizer` counts, its `dtype` is that of the outputs, and BatchNormalization normalizes over
    batch and time together and moves its averages once a batch.
    """

    def call(self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None) -> Tensor:
        """Return `(batch, time, *output of the layer)`; `mask` is `(batch, time)`."""
        time, *step = _inner_sizes(inputs)
        arguments = {} if mask is None or not self._reads_mask else {"mask": tf.reshape(mask, [-1])}
        outputs = self.layer(tf.reshape(inputs, [-1, *step]), **arguments)
        return tf.reshape(outputs, [-1, time, *_inner_sizes(outputs)])

    @property
    def _reads_mask(self) -> bool:
        return "mask" in inspect.signature(self.layer.call).parameters


def _inner_sizes(tensor: Tensor) -> list[Any]:
    """Return the sizes behind the batch; only those that are not known yet become part of the graph."""
    sizes = list(tensor.shape)
    dynamic = tf.shape(tensor) if None in sizes[1:] else sizes
    return [dynamic[axis] if size is None else size for axis, size in enumerate(sizes)][1:]
