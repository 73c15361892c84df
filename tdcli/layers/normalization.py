"""Normalization with a given mean and variance."""

from math import prod
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from tdcli.layers.core.arithmetic import format_product
from tdcli.layers.core.base import Elementwise, Example, Parameters, ShapeError
from tdcli.layers.core.normalization import normalized_size, resolve_axes
from tdcli.layers.core.objects import AxisNumbers
from tdcli.shapes import Shape
from tdcli.text.section import invalid


def _as_numbers(value: Any) -> Any:
    return (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value


FeatureValues = Annotated[Annotated[tuple[float, ...], Field(min_length=1)] | None, BeforeValidator(_as_numbers)]
"""One number for all features, or one number for each feature."""


class Normalization(Elementwise):
    """Computes `(x - mean) / sqrt(variance)` along `axis`, or the inverse with `invert`.

    `(batch, ...)` -> the same shape.

    To scale data, use `scale: standard`. It computes the mean and variance of the training set and adds this layer to
    the saved model. Use the layer itself only if the mean and variance are known. Without them it does nothing,
    because a spec does not compute them for the layer.

    Parameters: none with `mean` and `variance`. Without them: both and a counter, which are not trained
    (Keras, `Normalization.build`).

    >>> Normalization(mean=20.0, variance=4.0).parameters((None, 10, 3)).total
    0
    """

    examples = (
        Example({"mean": 20.0, "variance": 4.0}, (None, None, 3)),
        Example({"mean": (1.0, 2.0, 3.0), "variance": (1.0, 1.0, 4.0), "invert": True}, (None, 5, 3)),
        Example({}, (None, None, 3)),
        Example({"axis": (1, 2)}, (None, 5, 3)),
    )

    axis: Annotated[AxisNumbers, Field(min_length=1)] = (-1,)
    mean: FeatureValues = None
    variance: FeatureValues = None
    invert: bool = False

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.mean is None) != (self.variance is None):
            raise invalid("wrong-value", "`mean` and `variance` must be given together", "write both, or neither")
        if self.mean is not None and self.variance is not None and len(self.mean) != len(self.variance):
            message = f"`mean` has {len(self.mean)} numbers and `variance` has {len(self.variance)}"
            raise invalid("wrong-value", message, "write the same number of values in both")
        return self

    def _output_shape(self, input_shape: Shape) -> Shape:
        sizes = self._sizes(input_shape)
        for given in (self.mean or (), self.variance or ()):
            if len(given) > 1 and len(given) != sizes[-1]:
                needs = f"{len(given)} features, as many as `mean` and `variance`"
                help = f"write {sizes[-1]} numbers in each, or one for all features"
                raise ShapeError("size", needs, input_shape, "each feature has its own mean and variance", help)
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        if self.mean is not None:
            return Parameters()
        sizes = self._sizes(input_shape)
        return Parameters(0, 2 * prod(sizes) + 1, f"{format_product(2, *sizes)} + 1")

    def _sizes(self, input_shape: Shape) -> list[int]:
        resolve_axes(self.axis, input_shape)
        return [normalized_size(axis, input_shape) for axis in self.axis]
