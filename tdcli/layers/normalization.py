"""Numbers brought to a known mean and variance."""

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
"""One number for all features, or one for each."""


class Normalization(Elementwise):
    """`(x - mean) / sqrt(variance)` along `axis`, or back again with `invert`: `(batch, ...)` -> the same shape.

    Data are scaled by `scale: standard`, which learns both on the training part and puts this layer into
    the saved model; written by hand it is for figures that are known beforehand. Without them it
    does nothing: a spec has no place where they would be learnt.

    Parameters: none with `mean` and `variance`; else both and a counter, which are not trained
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
            raise invalid("wrong-value", "`mean` and `variance` belong together", "write both, or neither")
        if self.mean is not None and self.variance is not None and len(self.mean) != len(self.variance):
            message = f"`mean` holds {len(self.mean)} and `variance` {len(self.variance)}"
            raise invalid("wrong-value", f"{message}; they must be equally many", "write as many numbers in each")
        return self

    def _output_shape(self, input_shape: Shape) -> Shape:
        sizes = self._sizes(input_shape)
        for given in (self.mean or (), self.variance or ()):
            if len(given) > 1 and len(given) != sizes[-1]:
                needs = f"{len(given)} features, as many as `mean` and `variance`"
                help = f"write {sizes[-1]} numbers in each, or one for all features"
                raise ShapeError("size", needs, input_shape, "every feature has a mean and a variance of its own", help)
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        if self.mean is not None:
            return Parameters()
        sizes = self._sizes(input_shape)
        return Parameters(0, 2 * prod(sizes) + 1, f"{format_product(2, *sizes)} + 1")

    def _sizes(self, input_shape: Shape) -> list[int]:
        resolve_axes(self.axis, input_shape)
        return [normalized_size(axis, input_shape) for axis in self.axis]
