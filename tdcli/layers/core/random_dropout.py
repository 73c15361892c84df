"""What the dropouts have in common: a share of the numbers changes by chance, while training only."""

from pydantic import Field

from tdcli.layers.core.base import Elementwise


class RandomDropout(Elementwise):
    """Changes a share `rate` of the numbers by chance while training, and none afterwards."""

    rate: float = Field(ge=0, le=1)
