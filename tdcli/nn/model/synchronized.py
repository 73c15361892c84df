"""Layers that need statistics of the whole batch, although each copy of the core sees only a shard of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import Tensor


class _ShardContext(threading.local):
    """The shard whose graph is being traced. TensorFlow traces the graph of each device in a separate thread."""

    fraction: Tensor = 1.0


_context = _ShardContext()


@contextmanager
def shard_fraction(fraction: Tensor) -> Iterator[None]:
    """Pass to layers, while the graph of a shard is traced, the fraction of the batch that the shard has."""
    _context.fraction = fraction
    try:
        yield
    finally:
        _context.fraction = 1.0


class SynchronizedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """BatchNormalization over the shards of all copies.

    Keras 3.15 does not synchronize masked inputs and does not support shards without samples.
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
        """Return sums over the samples and timesteps of all copies. The summed axes are kept with size 1."""
        own = [tf.reduce_sum(value, self._reduction_axes, keepdims=True) for value in values]
        copy = tf.distribute.get_replica_context()
        return [copy.all_reduce(tf.distribute.ReduceOp.SUM, total) for total in own]


SYNCHRONIZED = {"BatchNormalization": SynchronizedBatchNormalization}
"""Classes by the names of the Keras classes that they replace when a batch is divided into shards."""
