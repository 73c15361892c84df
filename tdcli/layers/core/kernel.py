"""Arguments of layers that multiply their input by a kernel and add a bias."""

from collections.abc import Mapping

from tdcli.layers.core.base import Layer
from tdcli.layers.core.fields import ActivationName, Constraint, Initializer, Regularizer


class Kernel(Layer):
    """The arguments that Dense, convolutions and recurrent layers share."""

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
        """The activation that the layer applies."""
        return self.activation

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return two axes for the kernel, which is a matrix, and one for the bias."""
        return {"kernel": (2,), "bias": (1,)}
