"""Global average pooling: the mean of all positions for each channel."""

from tdcli.layers.core.base import ShapeError
from tdcli.layers.core.global_pooling import GlobalPooling1D, GlobalPooling2D, GlobalPooling3D
from tdcli.shapes import Shape


class GlobalAveragePooling1D(GlobalPooling1D):
    """The mean over the time axis for each channel. Padded timesteps do not count.

    `(batch, time, channels)` -> `(batch, channels)`.

    >>> GlobalAveragePooling1D().output_shape((None, 20, 32))
    (None, 32)
    """

    reads_mask = True

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Exclude padded timesteps from the mean. The output has no timesteps and no mask."""
        if masked and self.data_format == "channels_first":
            raise ShapeError("mask", "", input_shape)
        return False


class GlobalAveragePooling2D(GlobalPooling2D):
    """The mean of a frame for each channel.

    `(batch, height, width, channels)` -> `(batch, channels)`.

    >>> GlobalAveragePooling2D().output_shape((None, 6, 6, 32))
    (None, 32)
    """


class GlobalAveragePooling3D(GlobalPooling3D):
    """The mean of a volume for each channel.

    `(batch, depth, height, width, channels)` -> `(batch, channels)`.

    >>> GlobalAveragePooling3D().output_shape((None, 4, 4, 4, 32))
    (None, 32)
    """
