"""Divide a part of the data into batches. Their order depends only on the seed and the epoch."""

import math
from typing import Any, NamedTuple

from tdcli.nn.batches.tensors import Tensors, shard_positions
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.text.errors import ExecutionError


class Batch(NamedTuple):
    """The shard of a batch that this process reads.

    count: the number of valid samples or timesteps in the whole batch.
    """

    samples: Tensors
    count: Tensor


class Shard(NamedTuple):
    """The number of this process among all processes. Each process reads its own shard of every batch."""

    process: int = 0
    processes: int = 1


WHOLE_BATCH = Shard()


class Batches:
    """Samples in memory, read batch by batch.

    trimmed: whether each batch is cut to its longest sample. feed: the iterator from which the graph reads batches,
    passed to each call of the graph; None if the samples are in memory. failure: the error that stopped the feed,
    because TensorFlow raises only an error of its own.
    """

    feed: Any = None
    failure: ExecutionError | None = None

    def __init__(
        self, tensors: Tensors, batch_size: int, *, shuffle: bool = False, seed: int = 0, trimmed: bool = False,
        shard: Shard = WHOLE_BATCH,
    ) -> None:  # fmt: skip
        self.tensors, self.trimmed, self.seed, self.shard = tensors, trimmed, seed, shard
        # TensorFlow counts in 32 bits. A batch size above the number of samples means all samples.
        self.batch_size = min(batch_size, len(tensors))
        self.steps = math.ceil(len(tensors) / self.batch_size)
        self.shuffle = shuffle and self.steps > 1

    def rewind(self, epoch: int, step: int) -> None:
        """Read on from a step of an epoch. Samples in memory need no preparation for this."""

    def order(self, epoch: Tensor, feed: Any) -> Tensor:
        """Return the indexes of the samples in the order of the epoch, `(samples,)`."""
        indexes = tf.range(len(self.tensors))
        if not self.shuffle:
            return indexes
        return tf.random.experimental.stateless_shuffle(indexes, seed=tf.stack([self.seed, epoch]))

    def batch(self, order: Tensor, step: Tensor) -> Batch:
        """Return this process's shard of batch number `step`, counted from 0. The last batch may be short."""
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
        """Return the shard, cut to the longest sample of the whole batch.

        positions: the samples of the whole batch, None for all samples.
        """
        valid, mask = (
            values if values is None or positions is None else tf.gather(values, positions)
            for values in (self.tensors.valid, self.tensors.mask)
        )
        return Batch(shard.trimmed(mask) if self.trimmed else shard, tf.reduce_sum(valid))
