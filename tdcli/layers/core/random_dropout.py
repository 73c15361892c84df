"""The base class of dropout layers, which change values at random during training."""

from pydantic import Field

from tdcli.layers.core.base import Elementwise


class RandomDropout(Elementwise):
    """Changes values at random with the rate `rate` during training, and does nothing afterwards."""

    rate: float = Field(ge=0, le=1)
