"""The exponential linear unit."""

from math import inf

from tdcli.layers.core.base import Elementwise, Example
from tdcli.layers.core.ranges import ValueRange


class ELU(Elementwise):
    """Exponential linear unit: `x` if x is positive, else `alpha * (exp(x) - 1)`.

    `(batch, ...)` -> the same shape.

    >>> ELU().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({}, (None, None, 8)), Example({"alpha": 0.5}, (None, 5, 8)))

    alpha: float = 1.0

    @property
    def output_range(self) -> ValueRange:
        """The range of the outputs."""
        return ValueRange(-self.alpha, inf)

    def output_activation(self, rank: int) -> str | None:
        """Return the activation that the layer is."""
        return "elu"
