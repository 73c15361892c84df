"""The rectified linear unit with its options."""

from math import inf

from pydantic import Field

from tdcli.layers.core.base import Elementwise, Example
from tdcli.layers.core.ranges import UNBOUNDED, ValueRange


class ReLU(Elementwise):
    """Rectified linear unit: `x`, limited to `max_value`; below `threshold`, `negative_slope * (x - threshold)`.

    `(batch, ...)` -> the same shape.

    >>> ReLU(max_value=6.0).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({}, (None, None, 8)), Example({"max_value": 6.0, "negative_slope": 0.1}, (None, 5, 8)))

    max_value: float | None = Field(None, ge=0)
    negative_slope: float = Field(0.0, ge=0)
    threshold: float = Field(0.0, ge=0)

    @property
    def output_range(self) -> ValueRange:
        """The range of the outputs."""
        return UNBOUNDED if self.negative_slope else ValueRange(0, inf if self.max_value is None else self.max_value)

    def output_activation(self, rank: int) -> str | None:
        """Return the activation that the layer is."""
        return "relu"
