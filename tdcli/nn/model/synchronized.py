"""Layers that need a whole batch, though each copy of the core sees a shard of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import Tensor


class _ShardContext(threading.local):
    """The shard whose graph is being made. TensorFlow makes each device's graph in a thread of its own."""

    fraction: Tensor = 1.0


_context = _ShardContext()


@contextmanager
def shard_fraction(fraction: Tensor) -> Iterator[None]:
    """Tell layers, while the graph of a shard is made, which fraction of the batch the shard is."""
    _context.fraction = fraction
    try:
        yield
    finally:
        _context.fraction = 1.0


class SynchronizedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """BatchNormalization over the shards of all copies.

    Keras 3.15 synchronizes no masked steps, and knows of no shard without samples.
    """

    def _moments(self, inputs: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        counted = tf.ones_like(inputs) * tf.cast(_context.fraction > 0, inputs.dtype)
        if mask is not None:
            counted *= tf.cast(mask, inputs.dtype)[..., tf.newaxis]
        total, count = self._sum_over_copies(inputs * counted, counted)
        mean = tf.math.divide_no_nan(total, count)
        (squares,) = self._sum_over_copies(tf.square(inputs - mean) * counted)
        variance = tf.math.divide_no_nan(squares, count)
        return tf.squeeze(mean, self._reduction_axes), tf.squeeze(variance, self._reduction_axes)

    def _sum_over_copies(self, *values: Tensor) -> list[Tensor]:
        """Return sums over samples and steps of all copies, with the axes kept."""
        own = [tf.reduce_sum(value, self._reduction_axes, keepdims=True) for value in values]
        copy = tf.distribute.get_replica_context()
        return [copy.all_reduce(tf.distribute.ReduceOp.SUM, total) for total in own]


SYNCHRONIZED = {"BatchNormalization": SynchronizedBatchNormalization}
"""What trains in place of Keras's class of that name where a batch is divided."""
