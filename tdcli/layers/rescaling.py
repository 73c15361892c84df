"""Rescaling with a factor and an offset."""

from tdcli.layers.core.base import Elementwise, Example


class Rescaling(Elementwise):
    """Computes `x * scale + offset`: `(batch, ...)` -> the same shape.

    For pixels from 0 to 255, use `scale: 0.00392156862745098`. `scale` and `offset` are single numbers; Keras's lists
    with one number for each feature are not supported.

    >>> Rescaling(scale=2.0, offset=-1.0).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({"scale": 0.5}, (None, None, 8)), Example({"scale": 2.0, "offset": -1.0}, (None, 5, 8)))

    scale: float
    offset: float = 0.0
