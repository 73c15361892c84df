"""Batch normalization."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from tdcli.layers.core.base import Example, Parameters, ShapeError
from tdcli.layers.core.fields import Initializer
from tdcli.layers.core.normalization import LearnedNormalization, normalized_size
from tdcli.shapes import Shape
from tdcli.text.section import Section, invalid


class RenormClipping(Section):
    """The limits of the corrections of batch renormalization; null sets no limit."""

    rmin: float | None = None
    rmax: float | None = None
    dmax: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rmin is not None and self.rmax is not None and self.rmax < self.rmin:
            raise invalid("wrong-value", f"`rmax` ({self.rmax:g}) must not be less than `rmin` ({self.rmin:g})")
        return self


class BatchNormalization(LearnedNormalization):
    """Normalizes each feature over the batch and all other axes.

    `(batch, ..., features)` -> the same shape.

    It uses the mean and variance of the batch during training, and their moving averages afterwards.

    Parameters: `4 x features`: `gamma` and `beta`, which are trained, and two moving averages, which
    are not. With `renorm` there are three more averages (Keras, `BatchNormalization.build`).

    >>> BatchNormalization().parameters((None, 10, 64))
    Parameters(trainable=128, non_trainable=128, formula='4 x 64')
    """

    reads_mask = True
    examples = (
        Example({}, (None, None, 64)),
        Example({"axis": 1, "scale": False}, (None, 3, 5, 5)),
        Example({"center": False, "scale": False, "trainable": False}, (None, 8)),
        Example({"renorm": True, "renorm_clipping": {"rmax": 3.0, "dmax": 5.0}}, (None, 4, 8)),
    )

    axis: int = -1
    momentum: float = Field(0.99, ge=0, le=1)
    moving_mean_initializer: Initializer = "zeros"
    moving_variance_initializer: Initializer = "ones"
    renorm: bool = False
    renorm_clipping: RenormClipping | None = None
    renorm_momentum: float = Field(0.99, ge=0, le=1)
    synchronized: bool = False

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return one axis for each weight."""
        return {**super().weight_axes(), "moving_mean": (1,), "moving_variance": (1,)}

    def over_time(self, input_shape: Shape) -> str:
        """Describe which mean and variance the layer uses."""
        return "normalizes over the batch and all timesteps during training; uses the moving averages afterwards"

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of Keras's constructor."""
        clipping = self.renorm_clipping
        return {**super().arguments(), "renorm_clipping": clipping and clipping.model_dump(exclude_none=True)}

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Exclude padded timesteps from mean and variance, which Keras supports for `(batch, time, features)` only."""
        if masked and len(input_shape) != 3:
            raise ShapeError("mask", "", input_shape)
        return masked

    def _output_shape(self, input_shape: Shape) -> Shape:
        normalized_size(self.axis, input_shape)
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        size = normalized_size(self.axis, input_shape)
        learnt, moving = self.center + self.scale, 5 if self.renorm else 2
        return Parameters(learnt * size, moving * size, f"{learnt + moving} x {size}")
