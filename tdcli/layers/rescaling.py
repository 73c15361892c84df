"""Numbers on another scale."""

from tdcli.layers.core.base import Elementwise, Example


class Rescaling(Elementwise):
    """`x * scale + offset`: `(batch, ...)` -> the same shape. Pixels of 0 to 255: `scale: 0.00392156862745098`.

    One number each: Keras takes lists as well, one number for each feature.

    >>> Rescaling(scale=2.0, offset=-1.0).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({"scale": 0.5}, (None, None, 8)), Example({"scale": 2.0, "offset": -1.0}, (None, 5, 8)))

    scale: float
    offset: float = 0.0
