"""A part of the data in batches, in an order that seed and epoch alone decide."""

import math
from typing import Any

from tdcli.nn.start import tf
from tdcli.nn.tensors import Tensors
from tdcli.text.diagnostic import WorkFailure


class Batches:
    """Samples that lie in memory; `trimmed`: each batch is cut to the longest of its samples.

    feed: what the graph reads batches from, handed to it with every call; None where it needs nothing.
    failure: why the feed could not be read, which TensorFlow tells in words of its own.
    """

    feed: Any = None
    failure: WorkFailure | None = None

    def __init__(
        self, tensors: Tensors, batch_size: int, *, shuffle: bool = False, seed: int = 0, trimmed: bool = False
    ) -> None:
        self.tensors, self.trimmed, self.seed = tensors, trimmed, seed
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

    def batch(self, order: Any, step: Any) -> Tensors:
        """Return the batch of a step, counted from 0; the last one may be short."""
        if self.steps == 1:
            return self.tensors.trimmed() if self.trimmed else self.tensors
        stop = tf.minimum((step + 1) * self.batch_size, len(self.tensors))
        chosen = self.tensors.at(order[step * self.batch_size : stop])
        return chosen.trimmed() if self.trimmed else chosen
