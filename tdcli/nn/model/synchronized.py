"""Layers that look at a whole batch, though each copy of the core sees a share of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tdcli.nn.runtime.tensorflow import keras, tf


class _Share(threading.local):
    """How much of the batch is being computed with. TensorFlow makes each device's graph in a thread of its own."""

    portion: Any = 1.0


_share = _Share()


@contextmanager
def sharing(portion: Any) -> Iterator[None]:
    """While the graph of a share is made, let layers know which portion of the batch it is."""
    _share.portion = portion
    try:
        yield
    finally:
        _share.portion = 1.0


class SynchronizedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """BatchNormalization over the shares of all copies.

    Keras 3.15 synchronizes no masked steps, and knows of no share without samples.
    """

    def _moments(self, inputs: Any, mask: Any) -> tuple[Any, Any]:
        counted = tf.ones_like(inputs) * tf.cast(_share.portion > 0, inputs.dtype)
        if mask is not None:
            counted *= tf.cast(mask, inputs.dtype)[..., tf.newaxis]
        total, count = self._summed(inputs * counted, counted)
        mean = tf.math.divide_no_nan(total, count)
        (squares,) = self._summed(tf.square(inputs - mean) * counted)
        variance = tf.math.divide_no_nan(squares, count)
        return tf.squeeze(mean, self._reduction_axes), tf.squeeze(variance, self._reduction_axes)

    def _summed(self, *values: Any) -> list[Any]:
        """Return sums over samples and steps of all copies, with the axes kept."""
        own = [tf.reduce_sum(each, self._reduction_axes, keepdims=True) for each in values]
        copy = tf.distribute.get_replica_context()
        return [copy.all_reduce(tf.distribute.ReduceOp.SUM, each) for each in own]


SYNCHRONIZED = {"BatchNormalization": SynchronizedBatchNormalization}
"""What trains in place of Keras's class of that name where a batch is shared out."""
