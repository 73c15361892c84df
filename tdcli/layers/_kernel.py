"""Arguments of layers that multiply their input with a kernel and add a bias."""

from tdcli.layers._base import Layer
from tdcli.layers._fields import (
    Activation,
    Constraint,
    Initializer,
    NoMatrixRegularizer,
    Regularizer,
    VectorInitializer,
)


class Kernel(Layer):
    """What Dense, the convolutions and the recurrent layers have in common."""

    activation: Activation | None = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: NoMatrixRegularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
