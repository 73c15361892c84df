"""Spatial dropout: whole channels are set to zero during training."""

from typing import ClassVar

from tdcli.layers.core.base import Example
from tdcli.layers.core.objects import Seed
from tdcli.layers.core.random_dropout import RandomDropout
from tdcli.layers.core.spatial import DataFormat


class SpatialDropout(RandomDropout):
    """Sets a random fraction `rate` of the channels to zero during training.

    Keras has no `trainable` argument here.
    """

    trainable: ClassVar[bool] = True  # type: ignore[misc]

    seed: Seed | None = None


class SpatialDropout1D(SpatialDropout):
    """Drops whole features of a sequence: `(batch, time, channels)` -> the same shape.

    >>> SpatialDropout1D(rate=0.2).output_shape((None, None, 8))
    (None, None, 8)
    """

    axes = ("batch", "time", "channels")
    examples = (Example({"rate": 0.2}, (None, None, 8)), Example({"rate": 0.5, "seed": 3}, (None, 5, 8)))


class SpatialDropout2D(SpatialDropout):
    """Drops whole channels of a frame: `(batch, height, width, channels)` -> the same shape.

    >>> SpatialDropout2D(rate=0.2).output_shape((None, 6, 6, 8))
    (None, 6, 6, 8)
    """

    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({"rate": 0.2}, (None, 6, None, 8)),
        Example({"rate": 0.5, "data_format": "channels_first"}, (None, 8, 6, 6)),
    )

    data_format: DataFormat = None


class SpatialDropout3D(SpatialDropout):
    """Drops whole channels of a volume: `(batch, depth, height, width, channels)` -> the same shape.

    >>> SpatialDropout3D(rate=0.2).output_shape((None, 6, 6, 6, 8))
    (None, 6, 6, 6, 8)
    """

    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({"rate": 0.2}, (None, 6, None, 4, 8)),
        Example({"rate": 0.5, "data_format": "channels_first"}, (None, 8, 6, 6, 3)),
    )

    data_format: DataFormat = None
