"""Steps that are padding."""

from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.shapes import Shape


class Masking(Layer):
    """Marks the steps whose every feature equals `mask_value`; layers behind it skip them.

    `(batch, time, features)` -> the same shape.

    >>> Masking().output_shape((None, None, 4))
    (None, None, 4)
    """

    axes = ("batch", "time", "features")
    examples = (Example({}, (None, 5, 3)), Example({"mask_value": -1.0}, (None, None, 4)))

    mask_value: float = 0.0

    def over_time(self, input_shape: Shape) -> str:
        """Say which steps are padding."""
        return f"a step whose every number is {self.mask_value:g} is marked as padding, for recurrent layers to skip"

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Mark padded steps. Raises ShapeError where a mask comes in: Keras forgets it for the new one."""
        if masked:
            why = "it masks the steps that hold its own value, and drops the mask from before"
            raise ShapeError("mask", "drops the mask that comes in", input_shape, why, "leave out this `Masking`")
        return True
