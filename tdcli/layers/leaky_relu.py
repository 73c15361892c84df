"""The leaky rectified linear unit."""

from pydantic import Field

from tdcli.layers.core.base import Elementwise, Example
from tdcli.layers.core.ranges import POSITIVE, UNBOUNDED, ValueRange


class LeakyReLU(Elementwise):
    """Leaky rectified linear unit: `x` if x is positive, else `negative_slope * x`.

    `(batch, ...)` -> the same shape.

    >>> LeakyReLU().output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({}, (None, None, 8)), Example({"negative_slope": 0.1}, (None, 5, 8)))

    negative_slope: float = Field(0.3, ge=0)

    @property
    def output_range(self) -> ValueRange:
        """The range of the outputs."""
        return UNBOUNDED if self.negative_slope else POSITIVE

    def output_activation(self, rank: int) -> str | None:
        """Return the activation that the layer is."""
        return "leaky_relu"
