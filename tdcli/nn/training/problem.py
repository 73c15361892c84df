"""Compute the value that training minimises: the loss of the outputs plus penalties. Keeps no state of a training."""

from dataclasses import dataclass

from tdcli.data.dataset import Scaling
from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.model.synchronized import shard_fraction
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import KerasModel, Tensor
from tdcli.nn.training.objective import Totals, loss_sum
from tdcli.spec.objective import Objective


@dataclass(frozen=True)
class Problem:
    """A core and the objective of its training.

    y_scaling: the scaling of the targets. copies: the number of copies of the core that train together.
    """

    core: KerasModel
    objective: Objective
    y_scaling: Scaling | None = None
    copies: int = 1

    def outputs(self, samples: Tensors, *, training: bool) -> Tensor:
        """Return the core's outputs. They are cast to 32 bits for the loss, whatever the layers compute in."""
        with shard_fraction(samples.fraction):
            return tf.cast(self.core(samples.x, training=training, mask=samples.mask), "float32")

    def loss(self, samples: Tensors, outputs: Tensor, count: Tensor) -> Tensor:
        """Return what the samples contribute to the loss of their batch.

        That loss is the mean over valid samples or timesteps plus the penalties, as in Keras.

        count: the number of valid samples or timesteps in the whole batch.
        """
        total = loss_sum(self.objective, samples.target, outputs, samples.loss_weight)
        return tf.math.divide_no_nan(total, count) + self._penalties(samples.fraction)

    def measure(self, totals: Totals, samples: Tensors, outputs: Tensor) -> None:
        """Add the samples to the metrics, in the data's units."""
        totals.measure(samples.metric_target, self._in_units(outputs, samples.origin), samples.valid)

    def _penalties(self, fraction: Tensor) -> Tensor:
        """Return what the samples contribute to the penalties of outputs and of weights.

        The penalties of outputs are means over samples, as in Keras, so a shard contributes its fraction of the batch.
        """
        # Keras lists the penalties of outputs first, then one penalty for each weight that has a regularizer.
        losses = [tf.cast(loss, "float32") for loss in self.core.losses]
        regularized = sum(variable.regularizer is not None for variable in self.core.trainable_variables)
        first = len(losses) - regularized
        return sum(losses[:first]) * fraction + sum(losses[first:]) / self.copies

    def _in_units(self, outputs: Tensor, origin: Tensor | None) -> Tensor:
        if self.y_scaling is not None:
            mean, deviation = self.y_scaling.mean, self.y_scaling.variance**0.5
            outputs = outputs * tf.constant(deviation, "float32") + tf.constant(mean, "float32")
        return outputs if origin is None else outputs + origin
