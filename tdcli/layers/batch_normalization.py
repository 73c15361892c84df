"""Normalization over the samples of a batch."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from tdcli.layers.core.base import Example, Parameters, ShapeError
from tdcli.layers.core.fields import Initializer
from tdcli.layers.core.normalization import LearnedNormalization, normalized_size
from tdcli.shapes import Shape
from tdcli.text.section import Section, invalid


class RenormClipping(Section):
    """The limits of batch renormalization's corrections; null sets none."""

    rmin: float | None = None
    rmax: float | None = None
    dmax: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rmin is not None and self.rmax is not None and self.rmax < self.rmin:
            raise invalid("wrong-value", f"`rmax` ({self.rmax:g}) must not be under `rmin` ({self.rmin:g})")
        return self


class BatchNormalization(LearnedNormalization):
    """Normalizes every feature over the batch and all other axes.

    `(batch, ..., features)` -> the same shape.

    While training by the batch's own mean and variance, afterwards by moving averages.

    Parameters: `4 x features`: `gamma` and `beta`, which are trained, and the two moving
    averages, which are not; three averages more with `renorm` (Keras, `BatchNormalization.build`).

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
        """Return one axis each."""
        return {**super().weight_axes(), "moving_mean": (1,), "moving_variance": (1,)}

    def over_time(self, input_shape: Shape) -> str:
        """Say which means are used when."""
        return "means over the batch and all its steps while training; the moving averages afterwards"

    def arguments(self) -> dict[str, Any]:
        """Return what Keras's constructor takes."""
        clipping = self.renorm_clipping
        return {**super().arguments(), "renorm_clipping": clipping and clipping.model_dump(exclude_none=True)}

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Leave padded steps out of mean and variance, which Keras can for `(batch, time, features)` only."""
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
