"""Types of arguments that several layers have: activations, initializers, regularizers, sizes."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from tdcli.layers.core.objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS, as_tuple, object_of
from tdcli.text.nearest import suggest
from tdcli.text.section import invalid

# The activations of Keras 3.15, except for two. `glu` halves the last axis, which Keras's shape inference
# ignores. `threshold` cannot be called by name, because its arguments have no defaults.
ACTIVATIONS = (
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
)


def _known_activation(name: str) -> str:
    if name not in ACTIVATIONS:
        raise invalid("wrong-value", f"there is no activation `{name}`", suggest(name, ACTIVATIONS, "activations"))
    return name


ObjectValue = str | dict[str, Any]
"""`he_normal`, or `{HeNormal: {seed: 1}}`."""

ActivationName = Annotated[str, AfterValidator(_known_activation)]
Initializer = Annotated[ObjectValue, object_of("initializer", INITIALIZERS)]
Regularizer = Annotated[ObjectValue | None, object_of("regularizer", REGULARIZERS)]
Constraint = Annotated[ObjectValue | None, object_of("constraint", CONSTRAINTS)]
Size = Annotated[int, Field(gt=0, lt=2**31)]
"""A whole number of 32 bits, the largest that TensorFlow accepts."""
SpatialSizes = Annotated[tuple[Size, ...], BeforeValidator(as_tuple), Field(min_length=1)]
"""One size, or one for each spatial axis. The validator of a layer expands a single size."""
