"""Adam with each weight's update in one TensorFlow kernel, `ResourceApplyAdam`, in place of a dozen.

The formula is Keras's, and so are the variables. Keras 3.15 writes it out in operations of its own, each of
which reads and writes as many numbers as there are weights.
"""

from typing import Any

from tdcli.nn.runtime.tensorflow import BaseOptimizer, keras, tf
from tdcli.nn.runtime.types import Tensor


class _FusedAdamStep:
    def update_step(self: Any, gradient: Tensor, variable: Tensor, learning_rate: Tensor) -> None:
        """Update one weight; sparse gradients and AMSGrad are left to Keras."""
        if self.amsgrad or isinstance(gradient, tf.IndexedSlices):
            super().update_step(gradient, variable, learning_rate)  # type: ignore[misc]
            return
        dtype = variable.dtype
        step = tf.cast(self.iterations + 1, dtype)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable), m=_handle(self._momentums[index]), v=_handle(self._velocities[index]),
            beta1_power=tf.cast(self.beta_1, dtype) ** step, beta2_power=tf.cast(self.beta_2, dtype) ** step,
            lr=tf.cast(learning_rate, dtype), beta1=tf.cast(self.beta_1, dtype), beta2=tf.cast(self.beta_2, dtype),
            epsilon=tf.cast(self.epsilon, dtype), grad=tf.cast(gradient, dtype), use_locking=True,
        )  # fmt: skip


def _handle(variable: Tensor) -> Tensor:
    """Return the resource behind a variable of Keras or of TensorFlow; Keras hands both to `update_step`."""
    return (variable if isinstance(variable, tf.Variable) else variable.value).handle


class FusedAdam(_FusedAdamStep, keras.optimizers.Adam):  # type: ignore[misc]
    """Adam (Kingma and Ba, arXiv:1412.6980)."""


class FusedAdamW(_FusedAdamStep, keras.optimizers.AdamW):  # type: ignore[misc]
    """Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101)."""


def fused_class(optimizer: type[Any]) -> type[Any]:
    """Return the class that computes the same faster, or the class itself."""
    return {keras.optimizers.Adam: FusedAdam, keras.optimizers.AdamW: FusedAdamW}.get(optimizer, optimizer)


ONE_DEVICE_METHODS = {
    name: getattr(BaseOptimizer, name)
    for name in (
        "_backend_update_step",
        "_apply_weight_decay",
        "_backend_increment_gradient_accumulators",
        "_overwrite_model_variables_with_average_value",
    )
}
"""Keras's methods for one device. Assigning to a mirrored weight reaches all its copies."""


def replicated_class(optimizer: type[Any]) -> type[Any]:
    """Return a class that takes gradients that are summed already; apply it inside the strategy's scope."""
    return type(optimizer.__name__, (optimizer,), ONE_DEVICE_METHODS)
