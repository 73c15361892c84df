"""Arguments of layers that multiply their input with a kernel and add a bias."""

from collections.abc import Mapping

from tdcli.layers.core.base import Layer
from tdcli.layers.core.fields import ActivationName, Constraint, Initializer, Regularizer


class Kernel(Layer):
    """What Dense, the convolutions and the recurrent layers have in common."""

    activation: ActivationName | None = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None

    @property
    def applied_activation(self) -> str | None:
        """The activation that the layer's own argument names."""
        return self.activation

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return two axes for the kernel of a matrix."""
        return {"kernel": (2,), "bias": (1,)}
