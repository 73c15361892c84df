"""Run training steps and evaluation steps. A step updates weights, loss and metrics with one batch."""

from typing import Any

from tdcli.nn.batches.batches import Batch
from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.distributed.replicas import BatchFunction, Replicas
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import KerasOptimizer, Tensor
from tdcli.nn.training.objective import Totals
from tdcli.nn.training.problem import Problem


class TrainStep:
    """Updates the weights with the gradients of a batch, and adds its loss and metrics to the totals."""

    def __init__(
        self, problem: Problem, optimizer: KerasOptimizer, totals: Totals, replicas: Replicas, *, jit_compile: bool
    ) -> None:
        self.problem, self.optimizer, self.totals, self.replicas = problem, optimizer, totals, replicas
        self.gradients = replicas.summing(self._compile_gradients() if jit_compile else self._gradients)
        optimizer.build(problem.core.trainable_variables)

    def take(self, batch: Batch) -> list[Tensor]:
        """Run the step and return the gradients, None for a weight without a gradient."""
        *gradients, loss = self.gradients(batch.samples, batch.count)
        with self.replicas.scope():
            self.optimizer.apply(gradients, self.problem.core.trainable_variables)
        self.totals.add_loss(loss, batch.count)
        return gradients

    def _compile_gradients(self) -> BatchFunction:
        """Return `_gradients` compiled by XLA, once for each batch size."""
        compiled = tf.function(
            lambda fields, count: self._gradients(Tensors(**fields), count), jit_compile=True, autograph=False
        )
        return lambda samples, count: compiled(vars(samples), count)

    def _gradients(self, samples: Tensors, count: Tensor) -> list[Any]:
        """Return what the samples contribute to the gradients and the loss of their batch, and update the metrics.

        count: the number of valid samples or timesteps in the whole batch.
        """
        with tf.GradientTape() as tape:
            outputs = self.problem.outputs(samples, training=True)
            loss = self.problem.loss(samples, outputs, count)
            scaled = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, self.problem.core.trainable_variables)
        self.problem.measure(self.totals, samples, outputs)
        return [*gradients, loss]


class EvaluationStep:
    """Adds the loss and the metrics of a batch to the totals."""

    def __init__(self, problem: Problem, totals: Totals, replicas: Replicas) -> None:
        self.problem, self.totals = problem, totals
        self.loss = replicas.summing(self._loss)

    def take(self, batch: Batch) -> None:
        """Run the step."""
        (loss,) = self.loss(batch.samples, batch.count)
        self.totals.add_loss(loss, batch.count)

    def _loss(self, samples: Tensors, count: Tensor) -> list[Tensor]:
        """Return what the samples contribute to the loss of their batch, and update the metrics.

        count: the number of valid samples or timesteps in the whole batch.
        """
        outputs = self.problem.outputs(samples, training=False)
        self.problem.measure(self.totals, samples, outputs)
        return [self.problem.loss(samples, outputs, count)]
