"""The rectifier with its bends."""

from pydantic import Field

from tdcli.layers.core.base import Elementwise, Example


class ReLU(Elementwise):
    """`x` from `threshold` on, at most `max_value`; below it `negative_slope * (x - threshold)`.

    `(batch, ...)` -> the same shape.

    >>> ReLU(max_value=6.0).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({}, (None, None, 8)), Example({"max_value": 6.0, "negative_slope": 0.1}, (None, 5, 8)))

    max_value: float | None = Field(None, ge=0)
    negative_slope: float = Field(0.0, ge=0)
    threshold: float = Field(0.0, ge=0)
