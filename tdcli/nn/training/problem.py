"""What training minimises: the loss of a core's outputs, with its penalties. Holds no state of a training."""

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
    """A core, and by what its outputs are judged.

    y_scaling: what the targets were scaled by. copies: how many copies of the core train together.
    """

    core: KerasModel
    objective: Objective
    y_scaling: Scaling | None = None
    copies: int = 1

    def outputs(self, samples: Tensors, *, training: bool) -> Tensor:
        """Return the core's outputs, in 32 bits for the loss whatever the layers compute in."""
        with shard_fraction(samples.fraction):
            return tf.cast(self.core(samples.x, training=training, mask=samples.mask), "float32")

    def loss(self, samples: Tensors, outputs: Tensor, count: Tensor) -> Tensor:
        """Return the samples' part of the mean over valid samples or steps and of the penalties, as Keras adds them.

        count: how many valid samples or steps their whole batch has.
        """
        total = loss_sum(self.objective, samples.target, outputs, samples.loss_weight)
        return tf.math.divide_no_nan(total, count) + self._penalties(samples.fraction)

    def measure(self, totals: Totals, samples: Tensors, outputs: Tensor) -> None:
        """Add the samples to the metrics, in the data's units."""
        totals.measure(samples.metric_target, self._in_units(outputs, samples.origin), samples.valid)

    def _penalties(self, fraction: Tensor) -> Tensor:
        """Return the samples' part of the penalties: of outputs, of which Keras takes means, and of weights."""
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
