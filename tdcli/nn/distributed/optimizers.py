"""Adam that updates each weight with one TensorFlow kernel, `ResourceApplyAdam`, instead of a dozen.

The formula and the variables are Keras's. Keras 3.15 computes the formula with about a dozen operations, and each of
them reads and writes as many numbers as there are weights.
"""

from typing import Any

from tdcli.nn.runtime.tensorflow import BaseOptimizer, keras, tf
from tdcli.nn.runtime.types import Tensor


class _FusedAdamStep:
    def update_step(self: Any, gradient: Tensor, variable: Tensor, learning_rate: Tensor) -> None:
        """Update one weight. Sparse gradients and AMSGrad use the Keras implementation."""
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
    """Return the resource of a Keras or TensorFlow variable. Keras passes both kinds to `update_step`."""
    return (variable if isinstance(variable, tf.Variable) else variable.value).handle


class FusedAdam(_FusedAdamStep, keras.optimizers.Adam):  # type: ignore[misc]
    """Adam (Kingma and Ba, arXiv:1412.6980)."""


class FusedAdamW(_FusedAdamStep, keras.optimizers.AdamW):  # type: ignore[misc]
    """Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101)."""


def fused_class(optimizer: type[Any]) -> type[Any]:
    """Return a faster class that computes the same, or the class itself if there is none."""
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
"""Keras's methods for one device. An assignment to a mirrored weight updates all its copies."""


def replicated_class(optimizer: type[Any]) -> type[Any]:
    """Return a class that accepts gradients that are already summed. Apply them inside the strategy's scope."""
    return type(optimizer.__name__, (optimizer,), ONE_DEVICE_METHODS)
