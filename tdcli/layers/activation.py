"""An activation as a layer of its own."""

from tdcli.layers.core.base import Elementwise, Example
from tdcli.layers.core.fields import ActivationName


class Activation(Elementwise):
    """Applies an activation to each value: `(batch, ...)` -> the same shape.

    >>> Activation(activation="relu").output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({"activation": "relu"}, (None, 5, 8)), Example({"activation": "softmax"}, (None, None, 3)))

    activation: ActivationName | None

    @property
    def applied_activation(self) -> str | None:
        """The activation that the layer applies."""
        return self.activation
