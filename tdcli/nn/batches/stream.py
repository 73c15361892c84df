"""Read batches of samples from their file with `tf.data`, ahead of the graph."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tdcli.data.dataset import Array
from tdcli.nn.batches.batches import Batch, Batches
from tdcli.nn.batches.tensors import Tensors, shard_bounds, shard_positions
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.text.errors import ExecutionError

PREFETCHED_BATCHES = 2
"""Number of batches that are read ahead of the graph."""


class StreamedBatches(Batches):
    """The same batches in the same order as from memory.

    tensors: everything but `x`. read: returns the samples at some positions, `(positions, time, ...)`, scaled as inputs
    of the core.
    """

    def __init__(
        self, tensors: Tensors, read: Callable[[Array], Array], shape: tuple[int, ...], batch_size: int, **order: Any
    ) -> None:
        super().__init__(tensors, batch_size, **order)
        self.read, self.shape = read, shape
        self.rewind(1, 0)

    def rewind(self, epoch: int, step: int) -> None:
        """Read on from a step of an epoch."""
        signature = (tf.TensorSpec([None], "int32"), tf.TensorSpec([None, *self.shape], "float32"))
        read = tf.data.Dataset.from_generator(lambda: self._read_from(epoch, step), output_signature=signature)
        options = tf.data.Options()
        options.autotune.enabled = False  # there is nothing to tune, and its thread may take minutes to end (2.21)
        self.feed = iter(read.prefetch(PREFETCHED_BATCHES).with_options(options))

    def order(self, epoch: Tensor, feed: Any) -> Any:
        """Return the feed, which is already in order."""
        return feed

    def batch(self, order: Any, step: Tensor) -> Batch:
        """Return this process's shard of the next batch. `order` is the feed, which has only samples of that shard."""
        positions, x = next(order)
        own, fraction = shard_positions(positions, *self.shard)
        return self._trim_as_whole(replace(self.tensors.at(own), x=x).scaled_to(fraction), positions)

    def _read_from(self, epoch: int, step: int) -> Iterator[tuple[Array, Array]]:
        """Yield the positions of each batch and the samples of its shard, epoch after epoch without end."""
        while True:
            order = np.asarray(super().order(tf.constant(epoch), None))
            for first in range(step * self.batch_size, len(order), self.batch_size):
                positions = order[first : first + self.batch_size]
                start, _, stop = shard_bounds(len(positions), *self.shard)
                yield positions, self._read_samples(positions[start:stop])
            epoch, step = epoch + 1, 0

    def _read_samples(self, positions: Array) -> Array:
        try:
            return self.read(positions)
        except ExecutionError as failure:
            self.failure = failure
            raise
