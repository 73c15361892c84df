"""The ranges of the outputs of Keras 3.15's activations."""

from math import inf
from typing import NamedTuple


class ValueRange(NamedTuple):
    """The lowest and the highest value, or limits that are never reached."""

    low: float
    high: float

    def covers(self, low: float, high: float) -> bool:
        """Return whether the range includes all values from `low` to `high`."""
        return self.low <= low and high <= self.high

    def within(self, low: float, high: float) -> bool:
        """Return whether all values of the range are between `low` and `high`."""
        return low <= self.low and self.high <= high

    def __str__(self) -> str:
        if self.high == inf:
            return "any number" if self.low == -inf else f"{self.low:g} or more"
        return f"{self.high:g} or less" if self.low == -inf else f"from {self.low:g} to {self.high:g}"


UNBOUNDED, UNIT_INTERVAL, SYMMETRIC_UNIT, POSITIVE, NEGATIVE = (
    ValueRange(-inf, inf), ValueRange(0, 1), ValueRange(-1, 1), ValueRange(0, inf), ValueRange(-inf, 0),
)  # fmt: skip

SUM_TO_ONE = ("softmax",)
"""The activations whose outputs sum to 1. Those of `sparsemax` in Keras 3.15 sum to any value of 0 or more."""

RANGES = {
    "celu": ValueRange(-1, inf),
    "elu": ValueRange(-1, inf),
    "exponential": POSITIVE,
    "gelu": ValueRange(-0.170041, inf),
    "hard_sigmoid": UNIT_INTERVAL,
    "hard_silu": ValueRange(-0.375, inf),
    "hard_swish": ValueRange(-0.375, inf),
    "hard_tanh": SYMMETRIC_UNIT,
    "log_sigmoid": NEGATIVE,
    "log_softmax": NEGATIVE,
    "mish": ValueRange(-0.308844, inf),
    "relu": POSITIVE,
    "relu6": ValueRange(0, 6),
    "selu": ValueRange(-1.758100, inf),
    "sigmoid": UNIT_INTERVAL,
    "silu": ValueRange(-0.278465, inf),
    "softmax": UNIT_INTERVAL,
    "softplus": POSITIVE,
    "softsign": SYMMETRIC_UNIT,
    "sparse_plus": POSITIVE,
    "sparse_sigmoid": UNIT_INTERVAL,
    "sparsemax": POSITIVE,
    "squareplus": POSITIVE,
    "swish": ValueRange(-0.278465, inf),
    "tanh": SYMMETRIC_UNIT,
}
"""The ranges by name. Activations that are not listed are unbounded."""


def range_of(activation: str | None) -> ValueRange:
    """Return the range of an activation's outputs.

    >>> range_of("relu6"), range_of("linear"), range_of(None)
    (ValueRange(low=0, high=6), ValueRange(low=-inf, high=inf), ValueRange(low=-inf, high=inf))
    """
    return RANGES.get(activation or "", UNBOUNDED)
