"""Batches of samples that stay in their file, read ahead by `tf.data` while the graph computes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tdcli.data.dataset import Array
from tdcli.nn.batches.batches import Batch, Batches
from tdcli.nn.batches.tensors import Tensors, bounds, share_of
from tdcli.nn.runtime.tensorflow import tf
from tdcli.text.diagnostic import WorkFailure

AHEAD = 2
"""Batches that wait for the graph."""


class Streamed(Batches):
    """The same batches in the same order as from memory; `tensors` has everything but `x`.

    read: takes positions and returns their samples, `(positions, time, ...)`, as the core reads them.
    """

    def __init__(
        self, tensors: Tensors, read: Callable[[Array], Array], shape: tuple[int, ...], batch_size: int, **order: Any
    ) -> None:
        super().__init__(tensors, batch_size, **order)
        self.read, self.shape = read, shape
        self.rewind(1, 0)

    def rewind(self, epoch: int, step: int) -> None:
        """Go on from a step of an epoch."""
        of_batch = (tf.TensorSpec([None], "int32"), tf.TensorSpec([None, *self.shape], "float32"))
        read = tf.data.Dataset.from_generator(lambda: self._batches(epoch, step), output_signature=of_batch)
        self.feed = iter(read.prefetch(AHEAD))

    def order(self, epoch: Any, feed: Any) -> Any:
        """Return the feed: what it holds is in order."""
        return feed

    def batch(self, order: Any, step: Any) -> Batch:
        """Return the share of the next batch; `order` is the feed, which holds the samples of that share alone."""
        positions, x = next(order)
        own, portion = share_of(positions, *self.share)
        return self._cut(replace(self.tensors.at(own), x=x).being(portion), positions)

    def _batches(self, epoch: int, step: int) -> Iterator[tuple[Array, Array]]:
        while True:
            order = np.asarray(super().order(tf.constant(epoch), None))
            for first in range(step * self.batch_size, len(order), self.batch_size):
                positions = order[first : first + self.batch_size]
                start, _, read = bounds(len(positions), *self.share)
                yield positions, self._samples(positions[start:read])
            epoch, step = epoch + 1, 0

    def _samples(self, positions: Array) -> Array:
        try:
            return self.read(positions)
        except WorkFailure as failure:
            self.failure = failure
            raise
