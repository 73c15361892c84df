"""Max pooling: the largest value of each window."""

from pydantic import Field, field_validator

from tdcli.layers.core.base import Example
from tdcli.layers.core.fields import SpatialSizes
from tdcli.layers.core.pooling import Pooling
from tdcli.text.section import invalid


class MaxPooling(Pooling):
    """The largest value of each window."""

    pool_size: SpatialSizes = Field((2,), validate_default=True)


class MaxPooling1D(MaxPooling):
    """The largest value of each window along the time axis.

    `(batch, time, channels)` -> `(batch, positions, channels)`.

    >>> MaxPooling1D().output_shape((None, 20, 32))
    (None, 10, 32)
    """

    rank = 1
    axes = ("batch", "time", "channels")
    examples = (
        Example({}, (None, 11, 4)),
        Example({"pool_size": 3, "strides": 1, "padding": "same"}, (None, None, 4)),
        Example({"pool_size": 2, "data_format": "channels_first"}, (None, 4, 9)),
    )


class MaxPooling2D(MaxPooling):
    """The largest value of each window of a frame.

    `(batch, height, width, channels)` -> `(batch, rows, columns, channels)`.

    >>> MaxPooling2D().output_shape((None, 15, 15, 32))
    (None, 7, 7, 32)
    """

    rank = 2
    axes = ("batch", "height", "width", "channels")
    examples = (
        Example({}, (None, 15, 15, 4)),
        Example({"pool_size": (3, 2), "strides": (2, 1), "padding": "same"}, (None, 9, 7, 2)),
        Example({"pool_size": 2, "strides": 3, "data_format": "channels_first"}, (None, 4, None, 9)),
    )


class MaxPooling3D(MaxPooling):
    """The largest value of each window of a volume.

    `(batch, depth, height, width, channels)` -> `(batch, slices, rows, columns, channels)`.

    >>> MaxPooling3D().output_shape((None, 6, 6, 6, 2))
    (None, 3, 3, 3, 2)
    """

    rank = 3
    axes = ("batch", "depth", "height", "width", "channels")
    examples = (
        Example({}, (None, 8, 7, 6, 2)),
        Example({"pool_size": (1, 2, 3), "strides": 2, "padding": "same"}, (None, 4, None, 6, 2)),
        Example({"pool_size": 2, "data_format": "channels_first"}, (None, 2, 4, 5, 6)),
    )

    @field_validator("dtype")
    @classmethod
    def _computed_in_32_bits_or_less(cls, dtype: str | None) -> str | None:
        if dtype == "float64":
            message = "TensorFlow does not support `MaxPooling3D` in float64"
            raise invalid("wrong-value", message, "write `dtype: float32`")
        return dtype
