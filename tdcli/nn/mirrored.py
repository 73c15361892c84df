"""Keras's optimizers for weights that have a copy on each device, updated once for all copies.

Keras 3.15 updates them copy by copy, from inside each copy's step, where the branches that gradient
accumulation takes are not allowed; and it clips gradients before they are summed.
"""

from typing import Any

from keras.src.optimizers.base_optimizer import BaseOptimizer

ONCE = {
    name: getattr(BaseOptimizer, name)
    for name in (
        "_backend_update_step",
        "_apply_weight_decay",
        "_backend_increment_gradient_accumulators",
        "_overwrite_model_variables_with_average_value",
    )
}
"""What Keras does where it knows nothing of devices: assigning to a weight reaches all its copies."""


def updating_once(optimizer: type[Any]) -> type[Any]:
    """Return a class like this one for gradients that are sums already; apply it inside the strategy's scope."""
    return type(optimizer.__name__, (optimizer,), ONCE)
