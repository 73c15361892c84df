"""The training loop: whole epochs, and many of them, inside the graph, every step's weight explicit.

`model.fit` pays about 28 ms an epoch for itself whatever the work (TensorFlow 2.21, Keras 3.15,
2 cores); here Python is entered as often as the display needs it, wherever an epoch then stands.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from tdcli.data.dataset import Array, Scaling
from tdcli.nn.batches.batches import Batch, Batches
from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.model.synchronized import sharing
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.training.best import Best
from tdcli.nn.training.objective import Totals, loss_sum
from tdcli.nn.training.schedule import Plateau
from tdcli.spec.objective import Objective

SEED_STATE = "seed_generator_state"
"""How Keras names the variables that layers draw random numbers by."""

MOST_EPOCHS = 1024
"""How many epochs one call may end: as many results are kept until Python reads them."""


class Loop:
    """Steps of training, then of validation, epoch after epoch; all that they change are variables.

    It goes on until the epochs are over, `patience` epochs brought nothing better (None: never mind), or
    the loss is not finite.
    """

    def __init__(
        self, core: Any, optimizer: Any, objective: Objective, train: Batches, best: Best, epochs: int,
        *, validation: Batches | None = None, y_scaling: Scaling | None = None, patience: int | None = None,
        plateau: Plateau | None = None, has_schedule: bool = False, jit_compile: bool = False,
        replicas: Replicas | None = None,
    ) -> None:  # fmt: skip
        self.core, self.optimizer, self.objective, self.best = core, optimizer, objective, best
        self.train, self.validation, self.y_scaling = train, validation, y_scaling
        self.epochs, self.patience, self.plateau, self.has_schedule = epochs, patience, plateau, has_schedule
        self.replicas = replicas or Replicas()
        self.length = train.steps + (validation.steps if validation else 0)
        self.trained, self.validated = Totals(objective), Totals(objective)
        self.epoch, self.position = tf.Variable(1), tf.Variable(0)
        self.ended, self.stopped = tf.Variable(0), tf.Variable(initial_value=False)
        self.rows = tf.Variable(tf.zeros([MOST_EPOCHS, len(self.columns)]))
        self.compute = self._compiled() if jit_compile else self._computed
        optimizer.build(core.trainable_variables)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of an epoch's results; `improved` is 1 where the epoch is the best so far."""
        names = self.objective.names
        validation = [f"val_{name}" for name in names] if self.validation else []
        return (*names, *validation, "learning_rate", "improved")

    def variables(self) -> list[Any]:
        """Return all that training changes, in an order that stays."""
        counters = [self.epoch, self.position, self.stopped, *self.best.variables(), *self.trained.variables()]
        counters += [*self.validated.variables(), *(self.plateau.variables() if self.plateau else [])]
        return [*(each.value for each in (*self.core.variables, *self.optimizer.variables)), *counters]

    def values(self) -> list[Any]:
        """Return what the variables hold; TensorFlow copies only what is changed afterwards."""
        return [each.read_value() for each in self.variables()]

    def put(self, values: Sequence[Any]) -> None:
        """Put the first process's values into the variables of all, and read on from where they say they stand."""
        for variable, value in zip(self.variables(), self.replicas.of_first(values), strict=True):
            variable.assign(value)
        for totals in (self.trained, self.validated):
            totals.leave_to_first(self.replicas)
        self.replicas.part_ways([each.value for each in self.core.variables if each.path.endswith(SEED_STATE)])
        self.rewind()

    def goes_on(self) -> bool:
        """Say whether there is anything left to do."""
        return bool(self._has_more())

    def is_finite(self) -> bool:
        """Say whether the loss is a number."""
        return math.isfinite(self.trained.loss)

    @property
    def results(self) -> Array:
        """The epochs that the last call ended: `(epochs, columns)`."""
        return self.rows.numpy()[: int(self.ended)]  # type: ignore[no-any-return]

    def advance(self, budget: int) -> None:
        """Go on by `budget` steps, across the ends of epochs. Raises WorkFailure where samples cannot be read."""
        try:
            self._advance(tf.constant(budget), *self._feeds())
        except tf.errors.OpError:
            for batches in (self.train, self.validation):
                if batches and batches.failure:
                    raise batches.failure from None
            raise

    @tf.function(autograph=False)
    def _advance(self, budget: Any, train: Any, validation: Any) -> None:
        self.ended.assign(0)
        tf.while_loop(
            lambda left: (left > 0) & (self.ended < MOST_EPOCHS) & self._has_more(),
            lambda left: self._through_epoch(left, train, validation),
            [budget],
        )
        for totals in (self.trained, self.validated):  # the first process writes them down
            totals.gather(self.replicas, for_all=False)

    def _feeds(self) -> tuple[Any, Any]:
        return self.train.feed, self.validation.feed if self.validation else None

    def rewind(self) -> None:
        """Read on from where the variables stand, after they were put back."""
        if int(self.position) >= self.length:  # stopped within an epoch of more, smaller batches
            self.position.assign(0)
        epoch, position = int(self.epoch), int(self.position)
        in_training = position < self.train.steps
        self.train.rewind(epoch + (not in_training), position if in_training else 0)
        if self.validation:
            self.validation.rewind(epoch, 0 if in_training else position - self.train.steps)

    def examine(self) -> Array:
        """Take one step of training and return the largest absolute gradient of each trainable variable."""
        return self._examine(self.train.feed).numpy()  # type: ignore[no-any-return]

    @tf.function(autograph=False)
    def _examine(self, train: Any) -> Any:
        tf.cond(self.position == 0, self._begin_epoch, tf.no_op)
        gradients = self._learn(self.train.batch(self.train.order(self.epoch, train), self.position))
        self.position.assign_add(1)
        tf.cond(self._is_epoch_over(), self._end_epoch, tf.no_op)
        largest = [0.0 if each is None else tf.reduce_max(tf.abs(tf.convert_to_tensor(each))) for each in gradients]
        return tf.stack(largest)

    def _has_more(self) -> Any:
        in_time = tf.logical_and(self.epoch <= self.epochs, tf.logical_not(self.stopped))
        return tf.logical_and(in_time, tf.math.is_finite(self.trained.loss))

    def _is_epoch_over(self) -> Any:
        return tf.logical_and(tf.equal(self.position, self.length), tf.math.is_finite(self.trained.loss))

    def _through_epoch(self, budget: Any, train: Any, validation: Any) -> Any:
        """Go on in the epoch by at most `budget` steps; return how many are left of them."""
        budget -= self._train(budget, train)
        if self.validation is not None:
            budget -= self._validate(budget, validation)
        tf.cond(self._is_epoch_over(), self._end_epoch, tf.no_op)
        return budget

    def _begin_epoch(self) -> Any:
        self.trained.restart()
        self.validated.restart()
        return tf.no_op()

    def _train(self, budget: Any, feed: Any) -> Any:
        """Take the epoch's steps that are left, or `budget` of them; return how many."""
        first = self.position.value()
        tf.cond(tf.equal(first, 0), self._begin_epoch, tf.no_op)
        count = tf.maximum(0, tf.minimum(budget, self.train.steps - first))
        order = self.train.order(self.epoch, feed)
        _each(first, count, lambda step: self._learn(self.train.batch(order, step)))
        self.position.assign_add(count)
        return count

    def _validate(self, budget: Any, feed: Any) -> Any:
        """Take the steps of validation that are left, or `budget` of them; return how many."""
        validation: Any = self.validation
        first = self.position.value() - self.train.steps
        count = tf.where(first >= 0, tf.minimum(budget, validation.steps - first), 0)
        order = validation.order(self.epoch, feed)
        _each(first, count, lambda step: self._judge(validation.batch(order, step)))
        self.position.assign_add(count)
        return count

    def _judge(self, batch: Batch) -> None:
        (loss,) = self.replicas.summed(lambda share: [self._judged(share, batch.count)], batch.samples)
        self.validated.add(loss, batch.count)

    def _judged(self, samples: Tensors, count: Any) -> Any:
        """Return what samples bring to the loss of their batch, and measure them."""
        outputs = self._outputs(samples, training=False)
        self._measure(self.validated, samples, outputs)
        return self._loss(samples, outputs, count)

    def _end_epoch(self) -> Any:
        """Write the epoch's results down, and decide by them."""
        for totals in (self.trained, self.validated):  # all processes decide alike
            totals.gather(self.replicas, for_all=True)
        figures = [*self.trained.results(), *(self.validated.results() if self.validation else [])]
        results = tf.stack([tf.cast(each, "float32") for each in (*figures, self.optimizer.learning_rate)])
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

    def _compiled(self) -> Callable[[Tensors, Any], list[Any]]:
        """Return `_computed` compiled by XLA, for every size of batch that comes."""
        compiled = tf.function(
            lambda fields, count: self._computed(Tensors(**fields), count), jit_compile=True, autograph=False
        )
        return lambda samples, count: compiled(vars(samples), count)

    def _learn(self, batch: Batch) -> list[Any]:
        """Take a step, and return the gradients."""
        *gradients, loss = self.replicas.summed(lambda share: self.compute(share, batch.count), batch.samples)
        with self.replicas.scope():
            self.optimizer.apply(gradients, self.core.trainable_variables)
        self.trained.add(loss, batch.count)
        return gradients

    def _computed(self, samples: Tensors, count: Any) -> list[Any]:
        """Return what samples bring to the gradients and the loss of their batch of `count`, and measure them."""
        with tf.GradientTape() as tape:
            outputs = self._outputs(samples, training=True)
            loss = self._loss(samples, outputs, count)
            scaled = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, self.core.trainable_variables)
        self._measure(self.trained, samples, outputs)
        return [*gradients, loss]

    def _outputs(self, samples: Tensors, *, training: bool) -> Any:
        """Return the core's outputs, in 32 bits for the loss whatever the layers compute in."""
        with sharing(samples.portion):
            return tf.cast(self.core(samples.x, training=training, mask=samples.mask), "float32")

    def _loss(self, samples: Tensors, outputs: Any, count: Any) -> Any:
        """Return the samples' part of the mean over valid samples or steps and of the penalties, as Keras adds them."""
        total = loss_sum(self.objective, samples.target, outputs, samples.weight)
        return tf.math.divide_no_nan(total, count) + self._penalties(samples.portion)

    def _penalties(self, portion: Any) -> Any:
        """Return the samples' part of the penalties: of outputs, of which Keras takes means, and of weights."""
        losses = [tf.cast(each, "float32") for each in self.core.losses]
        of_weights = sum(each.regularizer is not None for each in self.core.trainable_variables)
        first = len(losses) - of_weights
        return sum(losses[:first]) * portion + sum(losses[first:]) / self.replicas.count

    def _measure(self, totals: Totals, samples: Tensors, outputs: Any) -> None:
        totals.measure(samples.measured, self._in_units(outputs, samples.origin), samples.valid)

    def _in_units(self, outputs: Any, origin: Any) -> Any:
        """Return outputs in the data's units, so that metrics mean what the user measures."""
        if self.y_scaling is not None:
            mean, deviation = self.y_scaling.mean, self.y_scaling.variance**0.5
            outputs = outputs * tf.constant(deviation, "float32") + tf.constant(mean, "float32")
        return outputs if origin is None else outputs + origin


def _each(first: Any, count: Any, take: Callable[[Any], Any]) -> None:
    """Call `take` inside the graph with each of `count` numbers from `first`."""

    def body(number: Any) -> Any:
        take(number)
        return number + 1

    tf.while_loop(lambda number: number < first + count, body, [first])
