"""Multiplicative noise during training."""

from pydantic import Field

from tdcli.layers.core.base import Example
from tdcli.layers.core.objects import Seed
from tdcli.layers.core.random_dropout import RandomDropout


class GaussianDropout(RandomDropout):
    """Multiplies by Gaussian noise with mean 1 during training: `(batch, ...)` -> the same shape.

    The standard deviation of the noise is `sqrt(rate / (1 - rate))`.

    >>> GaussianDropout(rate=0.1).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    casts_inputs = False
    examples = (Example({"rate": 0.1}, (None, None, 8)), Example({"rate": 0.5, "seed": 3}, (None, 4)))

    rate: float = Field(ge=0, lt=1)
    seed: Seed | None = None
