"""3D pooling, computed as 2D pooling because runtimes for small devices have no 3D pooling.

The maximum of a block is the maximum over the maxima of its planes. The mean of a block is the mean over the means of
its planes, because all planes of a block have the same number of cells.
"""

from typing import Any

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.runtime.types import Tensor


class _PlaneByPlane:
    """Pools `(batch, depth, height, width, channels)` over height and width first, then along depth."""

    pool: str

    def call(self: Any, inputs: Tensor) -> Tensor:
        """Return `(batch, pooled depth, pooled height, pooled width, channels)`."""
        pool, padding = getattr(tf.nn, self.pool), self.padding.upper()
        _, depth, height, width, channels = inputs.shape
        planes = tf.reshape(inputs, [-1, height, width, channels])
        planes = pool(planes, self.pool_size[1:], self.strides[1:], padding)
        _, height, width, _ = planes.shape
        columns = tf.reshape(planes, [-1, depth, height * width, channels])
        pooled = pool(columns, [self.pool_size[0], 1], [self.strides[0], 1], padding)
        return tf.reshape(pooled, [-1, pooled.shape[1], height, width, channels])


class _MaxPooling(_PlaneByPlane, keras.layers.MaxPooling3D):  # type: ignore[misc]
    pool = "max_pool2d"


class _AveragePooling(_PlaneByPlane, keras.layers.AveragePooling3D):  # type: ignore[misc]
    pool = "avg_pool2d"


PLANE_BY_PLANE = {"MaxPooling3D": _MaxPooling, "AveragePooling3D": _AveragePooling}
"""Classes by the names of the Keras classes that they replace."""
