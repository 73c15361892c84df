"""Noise that multiplies, while training."""

from pydantic import Field

from tdcli.layers._base import Elementwise, Example


class GaussianDropout(Elementwise):
    """Multiplies by normal noise around 1 while training: `(batch, ...)` -> the same shape.

    The noise has the standard deviation `sqrt(rate / (1 - rate))`.

    >>> GaussianDropout(rate=0.1).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (Example({"rate": 0.1}, (None, None, 8)), Example({"rate": 0.5, "seed": 3}, (None, 4)))

    rate: float = Field(ge=0, le=1)
    seed: int | None = None
