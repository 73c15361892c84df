"""Global max pooling: the largest value of all positions for each channel."""

from tdcli.layers.core.global_pooling import GlobalPooling1D, GlobalPooling2D, GlobalPooling3D


class GlobalMaxPooling1D(GlobalPooling1D):
    """The largest value over the time axis for each channel.

    `(batch, time, channels)` -> `(batch, channels)`.

    >>> GlobalMaxPooling1D().output_shape((None, 20, 32))
    (None, 32)
    """


class GlobalMaxPooling2D(GlobalPooling2D):
    """The largest value of a frame for each channel.

    `(batch, height, width, channels)` -> `(batch, channels)`.

    >>> GlobalMaxPooling2D().output_shape((None, 6, 6, 32))
    (None, 32)
    """


class GlobalMaxPooling3D(GlobalPooling3D):
    """The largest value of a volume for each channel.

    `(batch, depth, height, width, channels)` -> `(batch, channels)`.

    >>> GlobalMaxPooling3D().output_shape((None, 4, 4, 4, 32))
    (None, 32)
    """
