"""Flatten: all axes become one."""

from tdcli.layers.core.arithmetic import product
from tdcli.layers.core.base import Example, Layer
from tdcli.layers.core.spatial import DataFormat
from tdcli.shapes import Shape


class Flatten(Layer):
    """Merges all axes but the batch: `(batch, a, b, ...)` -> `(batch, a x b x ...)`.

    >>> Flatten().output_shape((None, 6, 6, 64))
    (None, 2304)
    """

    examples = (
        Example({}, (None, 6, 6, 64)),
        Example({}, (None, None, 3)),
        Example({"data_format": "channels_first"}, (None, 3, 4)),
        Example({}, (None,)),
    )

    data_format: DataFormat = None

    def over_time(self, input_shape: Shape) -> str:
        """Describe what happens to the time axis."""
        return "merges all axes, time included, into one long vector"

    def _output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], product(input_shape[1:]))
