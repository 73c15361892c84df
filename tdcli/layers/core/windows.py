"""Arguments of layers whose kernel slides over axes: sizes, strides, dilation, padding."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, field_validator, model_validator

from tdcli.layers.core.arithmetic import product, window_length
from tdcli.layers.core.base import Layer, known
from tdcli.layers.core.fields import Sizes
from tdcli.layers.core.spatial import DataFormat, channels_last, fitting, in_format, spread
from tdcli.shapes import Shape
from tdcli.text.section import fault, with_help


class Windows(Layer):
    """A window that slides over `rank` axes: `(batch, *lengths, channels)` -> `(batch, *places, ...)`."""

    rank: ClassVar[int]

    kernel_size: Sizes
    strides: Sizes = Field((1,), validate_default=True)
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: Sizes = Field((1,), validate_default=True)

    @field_validator("kernel_size", "strides", "dilation_rate")
    @classmethod
    def _one_for_each_axis(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        return spread(sizes, cls.rank)

    @model_validator(mode="wrap")
    @classmethod
    def _causal_by_hand(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Say how a layer looks at no later step where Keras's has no `padding: causal`."""
        try:
            return handler(values)
        except ValidationError as error:
            if isinstance(values, dict) and values.get("padding") == "causal":
                raise with_help(error, ("padding",), *_causal_helps(cls, values)) from None
            raise

    @model_validator(mode="after")
    def _strided_or_dilated(self) -> Self:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise fault("wrong-value", "`strides` and `dilation_rate` cannot both be over 1", "set one of them to 1")
        return self

    def over_time(self, input_shape: Shape) -> str:
        """Say what the window slides along."""
        window = " x ".join(str(size) for size in self.kernel_size)
        if self.rank > 1:
            return f"a window of {window} slides over a frame; time plays no part"
        return f"a window of {window} steps slides along time; what comes out at a place knows these steps alone"

    def uses(self, input_shape: Shape) -> int | None:
        """Return the places that the window takes."""
        return product(channels_last(self.output_shape(input_shape), self.data_format)[1:-1])

    def places(self, input_shape: Shape, filters: int) -> Shape:
        """Return the shape with `filters` channels. Raises ShapeFault where the window does not fit once."""
        batch, *lengths, _ = channels_last(input_shape, self.data_format)
        windows = zip(lengths, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        places = (window_length(length, size, stride, self.padding, step) for length, size, stride, step in windows)
        return in_format((batch, *fitting(places, input_shape, self.kernel_size), filters), self.data_format)

    def channels(self, input_shape: Shape) -> int:
        """Return the number of channels. Raises ShapeFault if it is unknown."""
        return known(channels_last(input_shape, self.data_format), -1, "a known number of channels")


def _causal_helps(layer: type[Windows], values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the zeros that stand for the steps before the first one, as Keras's Conv1D puts them there."""
    if not layer.needs.startswith("(batch, time, channels"):
        yield "leave it out: `causal` is for windows along time, those of `Conv1D`"
        return
    size, step = _number(values.get("kernel_size")), _number(values.get("dilation_rate", 1))
    if size is not None and step is not None:
        padding = f"`- ZeroPadding1D: {{padding: [{(size - 1) * step}, 0]}}`"
        yield f"leave `padding` out, and put {padding} before the `{layer.title()}`"
    yield "use `Conv1D`, which takes `padding: causal`"


def _number(value: Any) -> int | None:
    value = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return value if isinstance(value, int) else None
