"""Layers that look at a whole batch, though each copy of the core sees a share of it."""

from typing import Any

from tdcli.nn.start import keras


class SynchronizedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """BatchNormalization over the shares of all copies."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{**arguments, "synchronized": True})


SYNCHRONIZED = {"BatchNormalization": SynchronizedBatchNormalization}
"""What trains in place of Keras's class of that name where a batch is shared out."""
