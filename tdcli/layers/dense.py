"""Dense: weighted sums over the last axis."""

from tdcli.layers.core.base import Example, Parameters, ShapeError, known_size
from tdcli.layers.core.fields import Size
from tdcli.layers.core.kernel import Kernel
from tdcli.shapes import Shape


class Dense(Kernel):
    """Weighted sums over the last axis, with the same weights at each timestep.

    `(batch, ..., features)` -> `(batch, ..., units)`.

    Parameters: `(features + 1) x units` (Keras, `Dense.build`).

    >>> Dense(units=5).parameters((None, 5)).total
    30
    """

    examples = (
        Example({"units": 5}, (None, 5)),
        Example({"units": 3, "use_bias": False, "activation": "relu"}, (None, 7, 4)),
        Example({"units": 2, "activation": "softmax", "trainable": False}, (None, None, 4)),
        Example({"units": 2, "kernel_regularizer": {"L2": {"l2": 0.01}}}, (None, 2, 3, 4)),
    )

    units: Size

    def over_time(self, input_shape: Shape) -> str:
        """Describe what happens to a time axis. Keras applies the same weights to each timestep, wrapped or not."""
        if len(input_shape) == 2:
            return "has no time axis: each output is a weighted sum of all inputs"
        return "applies the same weights to each timestep separately, as inside `TimeDistributed`"

    def _output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) < 2:
            raise ShapeError.of_axes(("batch", "...", "features"), input_shape)
        known_size(input_shape, -1, "a known last axis")
        return (*input_shape[:-1], self.units)

    def _parameters(self, input_shape: Shape) -> Parameters:
        features = input_shape[-1] or 0
        inputs = f"({features} + 1)" if self.use_bias else f"{features}"
        return Parameters((features + self.use_bias) * self.units, 0, f"{inputs} x {self.units}")

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on. A sum over features does not mix timesteps."""
        return masked
