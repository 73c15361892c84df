"""Run many steps and many epochs in one call of the TensorFlow graph.

`model.fit` has an overhead of about 28 ms per epoch, independent of the model (TensorFlow 2.21, Keras 3.15, 2 cores).
Here the graph returns to Python as often as the display needs it, also in the middle of an epoch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tdcli.nn.batches.batches import Batch, Batches
from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.nn.training.epochs import EpochState
from tdcli.nn.training.steps import EvaluationStep, TrainStep


@dataclass(frozen=True, eq=False)
class Loop:
    """Runs the training steps and then the validation steps of each epoch.

    validation: None if there is no validation set.
    """

    epochs: EpochState
    train_step: TrainStep
    evaluation_step: EvaluationStep
    train: Batches
    validation: Batches | None
    replicas: Replicas

    def advance(self, budget: int) -> None:
        """Run `budget` steps, across the ends of epochs. Raises ExecutionError if samples cannot be read."""
        try:
            self._advance(tf.constant(budget), self.train.feed, self.validation.feed if self.validation else None)
        except tf.errors.OpError:
            for batches in (self.train, self.validation):
                if batches and batches.failure:
                    raise batches.failure from None
            raise

    @tf.function(autograph=False)
    def _advance(self, budget: Tensor, train_feed: Any, validation_feed: Any) -> None:
        epochs = self.epochs

        def advance_epoch(left: Tensor) -> Tensor:
            left -= self._train_steps(left, train_feed)
            if self.validation is not None:
                left -= self._validation_steps(left, self.validation, validation_feed)
            epochs.end_if_over(self.train_step.optimizer, self.replicas)
            return left

        epochs.ended.assign(0)
        tf.while_loop(lambda left: (left > 0) & epochs.has_room() & epochs.has_more(), advance_epoch, [budget])
        for totals in epochs.totals:  # the chief writes them to the checkpoint
            totals.gather(self.replicas, for_all=False)

    def _train_steps(self, budget: Tensor, feed: Any) -> Tensor:
        """Run the remaining training steps of the epoch, at most `budget`. Return their number."""
        first = self.epochs.position.value()
        self.epochs.begin_if_first(first)
        count = tf.maximum(0, tf.minimum(budget, self.train.steps - first))
        order = self.train.order(self.epochs.epoch, feed)
        return self._take_steps(self.train_step.take, lambda step: self.train.batch(order, step), first, count)

    def _validation_steps(self, budget: Tensor, validation: Batches, feed: Any) -> Tensor:
        """Run the remaining validation steps of the epoch, at most `budget`. Return their number."""
        first = self.epochs.position.value() - self.train.steps
        count = tf.where(first >= 0, tf.minimum(budget, validation.steps - first), 0)
        order = validation.order(self.epochs.epoch, feed)
        return self._take_steps(self.evaluation_step.take, lambda step: validation.batch(order, step), first, count)

    def _take_steps(
        self, take: Callable[[Batch], object], batch: Callable[[Tensor], Batch], first: Tensor, count: Tensor
    ) -> Tensor:
        def take_one(step: Tensor) -> Tensor:
            take(batch(step))
            return step + 1

        tf.while_loop(lambda step: step < first + count, take_one, [first])
        self.epochs.position.assign_add(count)
        return count
