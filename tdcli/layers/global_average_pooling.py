"""The mean of all places, for each channel."""

from tdcli.layers.core.base import Example, ShapeFault
from tdcli.layers.core.global_pooling import GlobalPooling
from tdcli.shapes import Shape


class GlobalAveragePooling1D(GlobalPooling):
    """The mean of a sequence, for each channel. Padded steps do not count.

    `(batch, time, channels)` -> `(batch, channels)`.

    >>> GlobalAveragePooling1D().output_shape((None, 20, 32))
    (None, 32)
    """

    rank = 1
    needs = "(batch, time, channels)"
    reads_mask = True
    examples = (
        Example({}, (None, None, 4)),
        Example({"keepdims": True}, (None, 7, 4)),
        Example({"data_format": "channels_first"}, (None, 4, 7)),
        Example({"data_format": "channels_first", "keepdims": True}, (None, 4, 7)),
    )

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Leave padded steps out of the mean; after it there are no steps to mask."""
        if masked and self.data_format == "channels_first":
            raise ShapeFault("mask", "", input_shape)
        return False


class GlobalAveragePooling2D(GlobalPooling):
    """The mean of a frame, for each channel.

    `(batch, height, width, channels)` -> `(batch, channels)`.

    >>> GlobalAveragePooling2D().output_shape((None, 6, 6, 32))
    (None, 32)
    """

    rank = 2
    needs = "(batch, height, width, channels)"
    examples = (
        Example({}, (None, 5, 6, 4)),
        Example({"keepdims": True}, (None, None, 6, 4)),
        Example({"data_format": "channels_first"}, (None, 4, 5, 6)),
        Example({"data_format": "channels_first", "keepdims": True}, (None, 4, 5, 6)),
    )


class GlobalAveragePooling3D(GlobalPooling):
    """The mean of a volume, for each channel.

    `(batch, depth, height, width, channels)` -> `(batch, channels)`.

    >>> GlobalAveragePooling3D().output_shape((None, 4, 4, 4, 32))
    (None, 32)
    """

    rank = 3
    needs = "(batch, depth, height, width, channels)"
    examples = (
        Example({}, (None, 3, 4, 5, 2)),
        Example({"keepdims": True}, (None, 3, None, 5, 2)),
        Example({"data_format": "channels_first"}, (None, 2, 3, 4, 5)),
        Example({"data_format": "channels_first", "keepdims": True}, (None, 2, 3, 4, 5)),
    )
