"""The rectifier that lets a little of the negative side through."""

from pydantic import Field

from tdcli.layers.core.base import Elementwise, Example
from tdcli.layers.core.ranges import POSITIVE, UNBOUNDED, ValueRange


class LeakyReLU(Elementwise):
    """`x`, or `negative_slope * x` where x is negative: `(batch, ...)` -> the same shape.

    >>> LeakyReLU().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({}, (None, None, 8)), Example({"negative_slope": 0.1}, (None, 5, 8)))

    negative_slope: float = Field(0.3, ge=0)

    @property
    def output_range(self) -> ValueRange:
        """Between which values the outputs lie."""
        return UNBOUNDED if self.negative_slope else POSITIVE

    def output_activation(self, rank: int) -> str | None:
        """Return the activation that the layer is."""
        return "leaky_relu"
