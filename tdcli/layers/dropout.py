"""Dropout: random values are set to zero during training."""

from tdcli.layers.core.base import Example, ShapeError
from tdcli.layers.core.fields import Size
from tdcli.layers.core.objects import Seed
from tdcli.layers.core.random_dropout import RandomDropout
from tdcli.shapes import Shape
from tdcli.text.yaml_writer import to_inline_yaml


class Dropout(RandomDropout):
    """Sets a random fraction `rate` of the values to zero during training, and scales up the others.

    `(batch, ...)` -> the same shape. Along an axis whose size in `noise_shape` is 1, all values are dropped
    or kept together: `[null, 1, 8]` drops a feature at all timesteps.

    >>> Dropout(rate=0.2).output_shape((None, 5, 8))
    (None, 5, 8)
    """

    examples = (
        Example({"rate": 0.2}, (None, None, 8)),
        Example({"rate": 0.5, "noise_shape": (None, 1, 8), "seed": 1}, (None, 5, 8)),
        Example({"rate": 0}, (None, 8)),
    )

    noise_shape: tuple[Size | None, ...] | None = None
    seed: Seed | None = None

    def over_time(self, input_shape: Shape) -> str:
        """Describe when the layer changes its input."""
        return "sets a random fraction of the values to 0 during training; does nothing afterwards"

    def _output_shape(self, input_shape: Shape) -> Shape:
        noise = self.noise_shape or input_shape
        if len(noise) != len(input_shape):
            raise self._misfit(f"{len(noise)} axes, as many as `noise_shape`", input_shape)
        if any(size not in (None, 1, have) for size, have in zip(noise, input_shape, strict=True)):
            raise self._misfit(f"sizes that match `noise_shape: {to_inline_yaml(list(noise))}`", input_shape)
        return input_shape

    @staticmethod
    def _misfit(needs: str, input_shape: Shape) -> ShapeError:
        why = "`noise_shape` has one size per axis, batch included: that of the axis, or 1 to drop its values together"
        shared = to_inline_yaml([None, *[1] * (len(input_shape) - 2), *input_shape[1:][-1:]])
        return ShapeError("size", needs, input_shape, why, f"write `noise_shape: {shared}`, or remove it")
