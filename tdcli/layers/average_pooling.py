"""Average pooling: the mean of each window."""

from tdcli.layers.core.base import Example
from tdcli.layers.core.pooling import Pooling


class AveragePooling1D(Pooling):
    """The mean of each window along the time axis.

    `(batch, time, channels)` -> `(batch, positions, channels)`.

    >>> AveragePooling1D(pool_size=2).output_shape((None, 20, 32))
    (None, 10, 32)
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({"pool_size": 2}, (None, 11, 4)),
        Example({"pool_size": 3, "strides": 1, "padding": "same"}, (None, None, 4)),
        Example({"pool_size": 2, "data_format": "channels_first"}, (None, 4, 9)),
    )


class AveragePooling2D(Pooling):
    """The mean of each window of a frame.

    `(batch, height, width, channels)` -> `(batch, rows, columns, channels)`.

    >>> AveragePooling2D(pool_size=2).output_shape((None, 15, 15, 32))
    (None, 7, 7, 32)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({"pool_size": 2}, (None, 15, 15, 4)),
        Example({"pool_size": (3, 2), "strides": (2, 1), "padding": "same"}, (None, 9, 7, 2)),
        Example({"pool_size": 2, "strides": 3, "data_format": "channels_first"}, (None, 4, None, 9)),
    )


class AveragePooling3D(Pooling):
    """The mean of each window of a volume.

    `(batch, depth, height, width, channels)` -> `(batch, slices, rows, columns, channels)`.

    >>> AveragePooling3D(pool_size=2).output_shape((None, 6, 6, 6, 2))
    (None, 3, 3, 3, 2)
    """

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({"pool_size": 2}, (None, 8, 7, 6, 2)),
        Example({"pool_size": (1, 2, 3), "strides": 2, "padding": "same"}, (None, 4, None, 6, 2)),
        Example({"pool_size": 2, "data_format": "channels_first"}, (None, 2, 4, 5, 6)),
    )
