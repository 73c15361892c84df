"""Additive noise during training."""

from pydantic import Field

from tdcli.layers.core.base import Elementwise, Example
from tdcli.layers.core.objects import Seed


class GaussianNoise(Elementwise):
    """Adds Gaussian noise with standard deviation `stddev` during training: `(batch, ...)` -> the same shape.

    >>> GaussianNoise(stddev=0.1).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    casts_inputs = False
    examples = (Example({"stddev": 0.1}, (None, None, 8)), Example({"stddev": 1, "seed": 3}, (None, 4)))

    stddev: float = Field(ge=0, le=1)
    seed: Seed | None = None
