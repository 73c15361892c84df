"""Between which values the activations of Keras 3.15 answer."""

from math import inf
from typing import NamedTuple


class Range(NamedTuple):
    """The least and the largest value, or the limits that are never reached."""

    low: float
    high: float

    def covers(self, low: float, high: float) -> bool:
        """Say whether all values from `low` to `high` lie in it."""
        return self.low <= low and high <= self.high

    def within(self, low: float, high: float) -> bool:
        """Say whether it lies between `low` and `high`."""
        return low <= self.low and self.high <= high

    def __str__(self) -> str:
        if self.high == inf:
            return "any number" if self.low == -inf else f"{self.low:g} or more"
        return f"{self.high:g} or less" if self.low == -inf else f"from {self.low:g} to {self.high:g}"


UNBOUNDED, SHARE, BOTH_WAYS, POSITIVE, NEGATIVE = (
    Range(-inf, inf), Range(0, 1), Range(-1, 1), Range(0, inf), Range(-inf, 0),
)  # fmt: skip

SUM_TO_ONE = ("softmax",)
"""The activations whose answers are shares; those of Keras 3.15's `sparsemax` sum to anything from 0 on."""

RANGES = {
    "celu": Range(-1, inf),
    "elu": Range(-1, inf),
    "exponential": POSITIVE,
    "gelu": Range(-0.170041, inf),
    "hard_sigmoid": SHARE,
    "hard_silu": Range(-0.375, inf),
    "hard_swish": Range(-0.375, inf),
    "hard_tanh": BOTH_WAYS,
    "log_sigmoid": NEGATIVE,
    "log_softmax": NEGATIVE,
    "mish": Range(-0.308844, inf),
    "relu": POSITIVE,
    "relu6": Range(0, 6),
    "selu": Range(-1.758100, inf),
    "sigmoid": SHARE,
    "silu": Range(-0.278465, inf),
    "softmax": SHARE,
    "softplus": POSITIVE,
    "softsign": BOTH_WAYS,
    "sparse_plus": POSITIVE,
    "sparse_sigmoid": SHARE,
    "sparsemax": POSITIVE,
    "squareplus": POSITIVE,
    "swish": Range(-0.278465, inf),
    "tanh": BOTH_WAYS,
}
"""By name; those that are not here answer with any number."""


def range_of(activation: str | None) -> Range:
    """Return what an activation answers.

    >>> range_of("relu6"), range_of("linear"), range_of(None)
    (Range(low=0, high=6), Range(low=-inf, high=inf), Range(low=-inf, high=inf))
    """
    return RANGES.get(activation or "", UNBOUNDED)
