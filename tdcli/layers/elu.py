"""The exponential linear unit."""

from tdcli.layers.core.base import Elementwise, Example


class ELU(Elementwise):
    """`x`, or `alpha * (exp(x) - 1)` where x is negative: `(batch, ...)` -> the same shape.

    >>> ELU().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({}, (None, None, 8)), Example({"alpha": 0.5}, (None, 5, 8)))

    alpha: float = 1.0
