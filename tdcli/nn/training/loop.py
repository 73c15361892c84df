"""The training loop: many steps, and many epochs, in one call of the graph.

`model.fit` pays about 28 ms an epoch for itself whatever the work (TensorFlow 2.21, Keras 3.15,
2 cores). Here the graph returns to Python as often as the display needs it, in the middle of an epoch too.

A call goes down as `advance`, `_advance`, `_train_steps`, `_train_step`, `_gradients`.
"""

import math
from collections.abc import Sequence
from typing import Any

from tdcli.data.dataset import Array, Scaling
from tdcli.nn.batches.batches import Batch, Batches
from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.distributed.replicas import BatchFunction, Replicas
from tdcli.nn.model.synchronized import shard_fraction
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import KerasModel, KerasOptimizer, Tensor
from tdcli.nn.training.best import BestEpoch
from tdcli.nn.training.objective import Totals, loss_sum
from tdcli.nn.training.schedule import ReduceOnPlateau
from tdcli.spec.objective import Objective

SEED_STATE = "seed_generator_state"
"""How Keras names the variables that layers draw random numbers by."""

MAX_EPOCHS_PER_CALL = 1024
"""How many results are kept in the graph until Python reads them."""


class Loop:
    """Takes steps of training, then of validation, epoch after epoch. All that they change are variables.

    It ends when all epochs are done, when `patience` epochs brought nothing better (None: never), or when the loss
    is not finite.
    """

    def __init__(
        self, core: KerasModel, optimizer: KerasOptimizer, objective: Objective, train: Batches, best: BestEpoch,
        epochs: int, *, validation: Batches | None = None, y_scaling: Scaling | None = None,
        patience: int | None = None, plateau: ReduceOnPlateau | None = None, has_schedule: bool = False,
        jit_compile: bool = False, replicas: Replicas | None = None,
    ) -> None:  # fmt: skip
        self.core, self.optimizer, self.objective, self.best = core, optimizer, objective, best
        self.train, self.validation, self.y_scaling = train, validation, y_scaling
        self.epochs, self.patience, self.plateau, self.has_schedule = epochs, patience, plateau, has_schedule
        self.replicas = replicas or Replicas()
        self.length = train.steps + (validation.steps if validation else 0)
        self.train_totals, self.validation_totals = Totals(objective), Totals(objective)
        self.epoch, self.position = tf.Variable(1), tf.Variable(0)
        self.ended, self.stopped = tf.Variable(0), tf.Variable(initial_value=False)
        self.rows = tf.Variable(tf.zeros([MAX_EPOCHS_PER_CALL, len(self.columns)]))
        self.gradients = self.replicas.summing(self._compile_gradients() if jit_compile else self._gradients)
        self.validation_loss = self.replicas.summing(self._validation_loss)
        optimizer.build(core.trainable_variables)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of an epoch's results; `improved` is 1 where the epoch is the best so far."""
        names = self.objective.names
        validation = [f"val_{name}" for name in names] if self.validation else []
        return (*names, *validation, "learning_rate", "improved")

    def variables(self) -> list[Tensor]:
        """Return all that training changes. Checkpoints rely on the order."""
        counters = [self.epoch, self.position, self.stopped, *self.best.variables(), *self.train_totals.variables()]
        counters += [*self.validation_totals.variables(), *(self.plateau.variables() if self.plateau else [])]
        return [*(variable.value for variable in (*self.core.variables, *self.optimizer.variables)), *counters]

    def values(self) -> list[Tensor]:
        """Return what the variables hold; TensorFlow copies only what is changed afterwards."""
        return [variable.read_value() for variable in self.variables()]

    def restore(self, values: Sequence[Any]) -> None:
        """Assign the chief's values to the variables of all processes, and continue reading where these say."""
        for variable, value in zip(self.variables(), self.replicas.broadcast(values), strict=True):
            variable.assign(value)
        for totals in (self.train_totals, self.validation_totals):
            totals.reset_unless_chief(self.replicas)
        variables = self.core.variables
        self.replicas.offset_seeds([variable.value for variable in variables if variable.path.endswith(SEED_STATE)])
        self._rewind()

    def has_more(self) -> bool:
        """Say whether there are steps left to take."""
        return bool(self._has_more())

    def is_finite(self) -> bool:
        """Say whether the loss is a number."""
        return math.isfinite(self.train_totals.loss)

    @property
    def results(self) -> Array:
        """The epochs that the last call ended: `(epochs, columns)`."""
        return self.rows.numpy()[: int(self.ended)]  # type: ignore[no-any-return]

    def advance(self, budget: int) -> None:
        """Take `budget` steps, across the ends of epochs. Raises ExecutionError where samples cannot be read."""
        try:
            self._advance(tf.constant(budget), *self._feeds())
        except tf.errors.OpError:
            for batches in (self.train, self.validation):
                if batches and batches.failure:
                    raise batches.failure from None
            raise

    @tf.function(autograph=False)
    def _advance(self, budget: Tensor, train_feed: Any, validation_feed: Any) -> None:
        def advance_epoch(left: Tensor) -> Tensor:
            left -= self._train_steps(left, train_feed)
            if self.validation is not None:
                left -= self._validation_steps(left, validation_feed)
            tf.cond(self._is_epoch_over(), self._end_epoch, tf.no_op)
            return left

        self.ended.assign(0)
        tf.while_loop(
            lambda left: (left > 0) & (self.ended < MAX_EPOCHS_PER_CALL) & self._has_more(), advance_epoch, [budget]
        )
        for totals in (self.train_totals, self.validation_totals):  # the chief writes them down
            totals.gather(self.replicas, for_all=False)

    def _feeds(self) -> tuple[Any, Any]:
        return self.train.feed, self.validation.feed if self.validation else None

    def _rewind(self) -> None:
        """Continue reading where the variables say."""
        if int(self.position) >= self.length:  # stopped within an epoch of more, smaller batches
            self.position.assign(0)
        epoch, position = int(self.epoch), int(self.position)
        in_training = position < self.train.steps
        self.train.rewind(epoch + (not in_training), position if in_training else 0)
        if self.validation:
            self.validation.rewind(epoch, 0 if in_training else position - self.train.steps)

    def gradient_maxima(self) -> Array:
        """Take one step of training and return the largest absolute gradient of each trainable variable."""
        return self._gradient_maxima(self.train.feed).numpy()  # type: ignore[no-any-return]

    @tf.function(autograph=False)
    def _gradient_maxima(self, train_feed: Any) -> Tensor:
        tf.cond(self.position == 0, self._begin_epoch, tf.no_op)
        gradients = self._train_step(self.train.batch(self.train.order(self.epoch, train_feed), self.position))
        self.position.assign_add(1)
        tf.cond(self._is_epoch_over(), self._end_epoch, tf.no_op)
        maxima = [0.0 if value is None else tf.reduce_max(tf.abs(tf.convert_to_tensor(value))) for value in gradients]
        return tf.stack(maxima)

    def _has_more(self) -> Tensor:
        in_time = tf.logical_and(self.epoch <= self.epochs, tf.logical_not(self.stopped))
        return tf.logical_and(in_time, tf.math.is_finite(self.train_totals.loss))

    def _is_epoch_over(self) -> Tensor:
        return tf.logical_and(tf.equal(self.position, self.length), tf.math.is_finite(self.train_totals.loss))

    def _begin_epoch(self) -> Any:
        self.train_totals.reset()
        self.validation_totals.reset()
        return tf.no_op()

    def _train_steps(self, budget: Tensor, feed: Any) -> Tensor:
        """Take the epoch's steps that are left, or `budget` of them; return how many."""
        first = self.position.value()
        tf.cond(tf.equal(first, 0), self._begin_epoch, tf.no_op)
        count = tf.maximum(0, tf.minimum(budget, self.train.steps - first))
        order = self.train.order(self.epoch, feed)

        def take_step(step: Tensor) -> Tensor:
            self._train_step(self.train.batch(order, step))
            return step + 1

        tf.while_loop(lambda step: step < first + count, take_step, [first])
        self.position.assign_add(count)
        return count

    def _validation_steps(self, budget: Tensor, feed: Any) -> Tensor:
        """Take the steps of validation that are left, or `budget` of them; return how many."""
        validation: Any = self.validation
        first = self.position.value() - self.train.steps
        count = tf.where(first >= 0, tf.minimum(budget, validation.steps - first), 0)
        order = validation.order(self.epoch, feed)

        def take_step(step: Tensor) -> Tensor:
            self._validation_step(validation.batch(order, step))
            return step + 1

        tf.while_loop(lambda step: step < first + count, take_step, [first])
        self.position.assign_add(count)
        return count

    def _validation_step(self, batch: Batch) -> None:
        (loss,) = self.validation_loss(batch.samples, batch.count)
        self.validation_totals.add_loss(loss, batch.count)

    def _validation_loss(self, samples: Tensors, count: Tensor) -> list[Tensor]:
        """Return what samples bring to the loss of their batch of `count`, and measure them."""
        outputs = self._outputs(samples, training=False)
        self._measure(self.validation_totals, samples, outputs)
        return [self._loss(samples, outputs, count)]

    def _end_epoch(self) -> Any:
        """Write the epoch's results down, and decide by them."""
        for totals in (self.train_totals, self.validation_totals):  # all processes decide alike
            totals.gather(self.replicas, for_all=True)
        figures = [*self.train_totals.results(), *(self.validation_totals.results() if self.validation else [])]
        results = tf.stack([tf.cast(figure, "float32") for figure in (*figures, self.optimizer.learning_rate)])
        improved = self.best.update(self.epoch, results)
        if self.plateau is not None:
            self.plateau.update(results, self.optimizer)
        if self.patience is not None:
            self.stopped.assign(self.epoch - self.best.epoch_variable >= max(1, self.patience))
        self.rows.scatter_nd_update([[self.ended]], [tf.concat([results, [tf.cast(improved, "float32")]], 0)])
        self.ended.assign_add(1)
        self.epoch.assign_add(1)
        self.position.assign(0)
        return tf.no_op()

    def _train_step(self, batch: Batch) -> list[Tensor]:
        """Take a step, and return the gradients."""
        *gradients, loss = self.gradients(batch.samples, batch.count)
        with self.replicas.scope():
            self.optimizer.apply(gradients, self.core.trainable_variables)
        self.train_totals.add_loss(loss, batch.count)
        return gradients

    def _compile_gradients(self) -> BatchFunction:
        """Return `_gradients` compiled by XLA, for every size of batch that comes."""
        compiled = tf.function(
            lambda fields, count: self._gradients(Tensors(**fields), count), jit_compile=True, autograph=False
        )
        return lambda samples, count: compiled(vars(samples), count)

    def _gradients(self, samples: Tensors, count: Tensor) -> list[Any]:
        """Return what samples bring to the gradients and the loss of their batch of `count`, and measure them."""
        with tf.GradientTape() as tape:
            outputs = self._outputs(samples, training=True)
            loss = self._loss(samples, outputs, count)
            scaled = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, self.core.trainable_variables)
        self._measure(self.train_totals, samples, outputs)
        return [*gradients, loss]

    def _outputs(self, samples: Tensors, *, training: bool) -> Tensor:
        """Return the core's outputs, in 32 bits for the loss whatever the layers compute in."""
        with shard_fraction(samples.fraction):
            return tf.cast(self.core(samples.x, training=training, mask=samples.mask), "float32")

    def _loss(self, samples: Tensors, outputs: Tensor, count: Tensor) -> Tensor:
        """Return the samples' part of the mean over valid samples or steps and of the penalties, as Keras adds them."""
        total = loss_sum(self.objective, samples.target, outputs, samples.loss_weight)
        return tf.math.divide_no_nan(total, count) + self._penalties(samples.fraction)

    def _penalties(self, fraction: Tensor) -> Tensor:
        """Return the samples' part of the penalties: of outputs, of which Keras takes means, and of weights."""
        # Keras lists the penalties of outputs first, then one penalty for each weight that has a regularizer.
        losses = [tf.cast(loss, "float32") for loss in self.core.losses]
        regularized = sum(variable.regularizer is not None for variable in self.core.trainable_variables)
        first = len(losses) - regularized
        return sum(losses[:first]) * fraction + sum(losses[first:]) / self.replicas.count

    def _measure(self, totals: Totals, samples: Tensors, outputs: Tensor) -> None:
        totals.measure(samples.metric_target, self._in_units(outputs, samples.origin), samples.valid)

    def _in_units(self, outputs: Tensor, origin: Tensor | None) -> Tensor:
        """Return outputs in the data's units, so that metrics mean what the user measures."""
        if self.y_scaling is not None:
            mean, deviation = self.y_scaling.mean, self.y_scaling.variance**0.5
            outputs = outputs * tf.constant(deviation, "float32") + tf.constant(mean, "float32")
        return outputs if origin is None else outputs + origin
