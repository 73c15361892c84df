"""A part of the data in batches, in an order that seed and epoch alone decide."""

import math
from typing import Any, NamedTuple

from tdcli.nn.batches.tensors import Tensors, share_of
from tdcli.nn.runtime.tensorflow import tf
from tdcli.text.diagnostic import WorkFailure


class Batch(NamedTuple):
    """A process's share of a batch; count: how many valid samples, or steps, the whole batch has."""

    samples: Tensors
    count: Any


class Share(NamedTuple):
    """Which of several processes takes its samples of every batch."""

    process: int = 0
    processes: int = 1


ALL = Share()


class Batches:
    """Samples that lie in memory; `trimmed`: each batch is cut to the longest of its samples.

    feed: what the graph reads batches from, handed to it with every call; None where it needs nothing.
    failure: why the feed could not be read, which TensorFlow tells in words of its own.
    """

    feed: Any = None
    failure: WorkFailure | None = None

    def __init__(
        self, tensors: Tensors, batch_size: int, *, shuffle: bool = False, seed: int = 0, trimmed: bool = False,
        share: Share = ALL,
    ) -> None:  # fmt: skip
        self.tensors, self.trimmed, self.seed, self.share = tensors, trimmed, seed, share
        # TensorFlow counts in 32 bits, and a larger batch than there are samples is all of them.
        self.batch_size = min(batch_size, len(tensors))
        self.steps = math.ceil(len(tensors) / self.batch_size)
        self.shuffle = shuffle and self.steps > 1

    def rewind(self, epoch: int, step: int) -> None:
        """Go on from a step of an epoch: nothing to do, for orders follow from the epoch."""

    def order(self, epoch: Any, feed: Any) -> Any:
        """Return the epoch's order of the samples."""
        indexes = tf.range(len(self.tensors))
        if not self.shuffle:
            return indexes
        return tf.random.experimental.stateless_shuffle(indexes, seed=tf.stack([self.seed, epoch]))

    def batch(self, order: Any, step: Any) -> Batch:
        """Return the share of a step's batch, counted from 0; the last batch may be short."""
        if self.steps == 1:
            return self._cut(self.tensors.share(*self.share), None)
        stop = tf.minimum((step + 1) * self.batch_size, len(self.tensors))
        chosen = order[step * self.batch_size : stop]
        if self.share.processes == 1:
            samples = self.tensors.at(chosen)
            return Batch(samples.trimmed() if self.trimmed else samples, tf.reduce_sum(samples.valid))
        own, portion = share_of(chosen, *self.share)
        return self._cut(self.tensors.at(own).being(portion), chosen)

    def _cut(self, share: Tensors, chosen: Any) -> Batch:
        """Return the share of a batch as long as the whole; chosen: that batch's samples, None for all."""
        valid, mask = (
            each if each is None or chosen is None else tf.gather(each, chosen)
            for each in (self.tensors.valid, self.tensors.mask)
        )
        return Batch(share.trimmed(mask) if self.trimmed else share, tf.reduce_sum(valid))
