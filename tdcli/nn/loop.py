"""The training loop: whole epochs inside the graph, every step's weight explicit.

`model.fit` pays about 28 ms an epoch for itself whatever the work (TensorFlow 2.21, Keras 3.15,
2 cores); here Python is entered once in many steps, as often as the display needs it.
"""

import math
from typing import Any

from tdcli.data._dataset import Scaling
from tdcli.nn.objective import Metrics, loss_sum
from tdcli.nn.start import tf
from tdcli.nn.tensors import Tensors
from tdcli.spec.objective import Objective


class Loop:
    """Runs steps of training and passes of validation over tensors that lie in memory.

    Raises nothing of its own; a loss that is not finite is seen in the results.
    """

    def __init__(
        self, core: Any, optimizer: Any, objective: Objective, train: Tensors, batch_size: int,
        *, validation: Tensors | None = None, y_scaling: Scaling | None = None, shuffle: bool = True, seed: int = 0,
    ) -> None:  # fmt: skip
        self.core, self.optimizer, self.objective = core, optimizer, objective
        self.train, self.validation = train, validation
        # TensorFlow counts in 32 bits, and a larger batch than there are samples is all of them.
        self.batch_size = min(batch_size, max(len(train), len(validation) if validation is not None else 0))
        self.shuffle, self.seed = shuffle, seed
        self.y_scaling = y_scaling
        self.steps = math.ceil(len(train) / self.batch_size)
        self.trimmed = core.input_shape[1] is None
        self.metrics = Metrics(objective)
        self.loss_total, self.valid_total = tf.Variable(0.0), tf.Variable(0.0)
        optimizer.build(core.trainable_variables)

    @tf.function(reduce_retracing=True)
    def run(self, epoch: Any, first: Any, count: Any) -> None:
        """Run `count` steps of an epoch, from its step `first`; the totals restart with step 0."""
        if first == 0:
            self._restart()
        order = self._order(epoch)
        for step in tf.range(first, first + count):
            stop = tf.minimum((step + 1) * self.batch_size, len(self.train))
            self._learn(self.train.batch(order[step * self.batch_size : stop], self.trimmed))

    @tf.function
    def validate(self) -> None:
        """Go through the validation part once; the totals are then its own."""
        self._restart()
        samples = len(self.validation)  # type: ignore[arg-type]
        for step in tf.range(math.ceil(samples / self.batch_size)):
            indexes = tf.range(step * self.batch_size, tf.minimum((step + 1) * self.batch_size, samples))
            batch = self.validation.batch(indexes, self.trimmed)  # type: ignore[union-attr]
            outputs = self.core(batch.x, training=False, mask=batch.mask)
            self._count(batch, outputs, self._loss(batch, outputs))

    def results(self) -> dict[str, float]:
        """Return the mean loss over valid samples or steps, and the metrics, of what ran last."""
        loss = self.loss_total / tf.maximum(self.valid_total, 1.0)
        values = [loss, *self.metrics.results()]
        return {name: float(value) for name, value in zip(("loss", *self.objective.metrics), values, strict=True)}

    def _order(self, epoch: Any) -> Any:
        """Return the epoch's order, a function of seed and epoch alone."""
        indexes = tf.range(len(self.train))
        if not self.shuffle:
            return indexes
        return tf.random.experimental.stateless_shuffle(indexes, seed=tf.stack([self.seed, epoch]))

    def _learn(self, batch: Tensors) -> None:
        with tf.GradientTape() as tape:
            outputs = self.core(batch.x, training=True, mask=batch.mask)
            loss = self._loss(batch, outputs)
        variables = self.core.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        self._count(batch, outputs, loss)

    def _loss(self, batch: Tensors, outputs: Any) -> Any:
        """Return the mean over valid samples or steps, and the regularizers' penalties, as Keras adds them."""
        total = loss_sum(self.objective, batch.target, outputs, batch.weight)
        penalties = tf.add_n(self.core.losses) if self.core.losses else 0.0
        return tf.math.divide_no_nan(total, tf.reduce_sum(batch.valid)) + penalties

    def _count(self, batch: Tensors, outputs: Any, loss: Any) -> None:
        valid = tf.reduce_sum(batch.valid)
        self.loss_total.assign_add(loss * valid)
        self.valid_total.assign_add(valid)
        self.metrics.update(batch.measured, self._in_units(outputs, batch.origin), batch.valid)

    def _in_units(self, outputs: Any, origin: Any) -> Any:
        """Return outputs in the data's units, so that metrics mean what the user measures."""
        if self.y_scaling is not None:
            mean, deviation = self.y_scaling.mean, self.y_scaling.variance**0.5
            outputs = outputs * tf.constant(deviation, "float32") + tf.constant(mean, "float32")
        return outputs if origin is None else outputs + origin

    def _restart(self) -> None:
        self.loss_total.assign(0.0)
        self.valid_total.assign(0.0)
        self.metrics.reset()
