"""Masking: padded timesteps are marked."""

from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.shapes import Shape


class Masking(Layer):
    """Marks timesteps in which all features equal `mask_value`, so that later layers skip them.

    `(batch, time, features)` -> the same shape.

    >>> Masking().output_shape((None, None, 4))
    (None, None, 4)
    """

    axes = ("batch", "time", "features")
    examples = (Example({}, (None, 5, 3)), Example({"mask_value": -1.0}, (None, None, 4)))

    mask_value: float = 0.0

    def over_time(self, input_shape: Shape) -> str:
        """Describe which timesteps are padding."""
        return f"marks timesteps in which all features are {self.mask_value:g} as padding, which later layers skip"

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Mark padded timesteps. Raises ShapeError if the input has a mask, which Keras would replace."""
        if masked:
            why = "it makes a new mask from its own value, and the earlier mask is lost"
            raise ShapeError("mask", "drops the mask of its input", input_shape, why, "remove this `Masking`")
        return True
