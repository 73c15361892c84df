"""An activation on its own."""

from tdcli.layers import _fields
from tdcli.layers._base import Elementwise, Example


class Activation(Elementwise):
    """Applies an activation; the shape stays: `(batch, ...)` -> `(batch, ...)`.

    >>> Activation(activation="relu").output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({"activation": "relu"}, (None, 5, 8)), Example({"activation": "softmax"}, (None, None, 3)))

    activation: _fields.Activation | None
