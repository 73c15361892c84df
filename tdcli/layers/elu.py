"""The exponential linear unit."""

from math import inf

from tdcli.layers.core.base import Elementwise, Example
from tdcli.layers.core.ranges import ValueRange


class ELU(Elementwise):
    """`x`, or `alpha * (exp(x) - 1)` where x is negative: `(batch, ...)` -> the same shape.

    >>> ELU().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({}, (None, None, 8)), Example({"alpha": 0.5}, (None, 5, 8)))

    alpha: float = 1.0

    @property
    def output_range(self) -> ValueRange:
        """Between which values the outputs lie."""
        return ValueRange(-self.alpha, inf)

    def output_activation(self, rank: int) -> str | None:
        """Return the activation that the layer is."""
        return "elu"
