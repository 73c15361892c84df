"""A part of the data in batches, in an order that seed and epoch alone decide."""

import math
from typing import Any, NamedTuple

from tdcli.nn.batches.tensors import Tensors, shard_positions
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.text.errors import ExecutionError


class Batch(NamedTuple):
    """A process's shard of a batch; count: how many valid samples, or steps, the whole batch has."""

    samples: Tensors
    count: Tensor


class Shard(NamedTuple):
    """Which of several processes takes its samples of every batch."""

    process: int = 0
    processes: int = 1


WHOLE_BATCH = Shard()


class Batches:
    """Samples in memory, read batch by batch; `trimmed`: each batch is cut to the longest of its samples.

    feed: what the graph reads batches from, handed to it with every call; None where it needs nothing.
    failure: why the feed could not be read, which TensorFlow tells in words of its own.
    """

    feed: Any = None
    failure: ExecutionError | None = None

    def __init__(
        self, tensors: Tensors, batch_size: int, *, shuffle: bool = False, seed: int = 0, trimmed: bool = False,
        shard: Shard = WHOLE_BATCH,
    ) -> None:  # fmt: skip
        self.tensors, self.trimmed, self.seed, self.shard = tensors, trimmed, seed, shard
        # TensorFlow counts in 32 bits, and a larger batch than there are samples is all of them.
        self.batch_size = min(batch_size, len(tensors))
        self.steps = math.ceil(len(tensors) / self.batch_size)
        self.shuffle = shuffle and self.steps > 1

    def rewind(self, epoch: int, step: int) -> None:
        """Continue from a step of an epoch: nothing to do, for orders follow from the epoch."""

    def order(self, epoch: Tensor, feed: Any) -> Tensor:
        """Return the epoch's order of the samples."""
        indexes = tf.range(len(self.tensors))
        if not self.shuffle:
            return indexes
        return tf.random.experimental.stateless_shuffle(indexes, seed=tf.stack([self.seed, epoch]))

    def batch(self, order: Tensor, step: Tensor) -> Batch:
        """Return the shard of a step's batch, counted from 0; the last batch may be short."""
        if self.steps == 1:
            return self._trim_as_whole(self.tensors.shard(*self.shard), None)
        stop = tf.minimum((step + 1) * self.batch_size, len(self.tensors))
        positions = order[step * self.batch_size : stop]
        if self.shard.processes == 1:
            samples = self.tensors.at(positions)
            return Batch(samples.trimmed() if self.trimmed else samples, tf.reduce_sum(samples.valid))
        own, fraction = shard_positions(positions, *self.shard)
        return self._trim_as_whole(self.tensors.at(own).scaled_to(fraction), positions)

    def _trim_as_whole(self, shard: Tensors, positions: Tensor | None) -> Batch:
        """Return the shard as long as its whole batch; positions: that batch's samples, None for all."""
        valid, mask = (
            values if values is None or positions is None else tf.gather(values, positions)
            for values in (self.tensors.valid, self.tensors.mask)
        )
        return Batch(shard.trimmed(mask) if self.trimmed else shard, tf.reduce_sum(valid))
