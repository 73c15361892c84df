"""Arguments of layers with a sliding kernel: sizes, strides, dilation, padding."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, field_validator, model_validator

from tdcli.layers.core.arithmetic import format_product, product, window_length
from tdcli.layers.core.base import Layer, known_size
from tdcli.layers.core.fields import SpatialSizes
from tdcli.layers.core.spatial import DataFormat, check_places, from_channels_last, one_per_axis, to_channels_last
from tdcli.shapes import Shape
from tdcli.text.section import invalid, replace_helps


class SlidingKernel(Layer):
    """A window that slides over `rank` axes: `(batch, *lengths, channels)` -> `(batch, *positions, ...)`."""

    rank: ClassVar[int]
    window_argument: ClassVar[str] = "kernel_size"

    kernel_size: SpatialSizes
    strides: SpatialSizes = Field((1,), validate_default=True)
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: SpatialSizes = Field((1,), validate_default=True)

    @property
    def window(self) -> tuple[int, ...]:
        """The sizes of the window."""
        return self.kernel_size

    @field_validator("kernel_size", "strides", "dilation_rate")
    @classmethod
    def _one_for_each_axis(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        return one_per_axis(sizes, cls.rank)

    @model_validator(mode="wrap")
    @classmethod
    def _causal_by_hand(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Suggest how to make a layer causal for which Keras has no `padding: causal`."""
        try:
            return handler(values)
        except ValidationError as error:
            if isinstance(values, dict) and values.get("padding") == "causal":
                raise replace_helps(error, ("padding",), *_causal_helps(cls, values)) from None
            raise

    @model_validator(mode="after")
    def _strided_or_dilated(self) -> Self:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            message = "`strides` and `dilation_rate` cannot both be greater than 1"
            raise invalid("wrong-value", message, "set one of them to 1")
        return self

    def over_time(self, input_shape: Shape) -> str:
        """Describe what the window slides along."""
        window = format_product(*self.kernel_size)
        if self.rank > 1:
            return f"slides a window of {window} over a frame and ignores time"
        return f"slides a window of {window} timesteps along the time axis; each output depends on these timesteps only"

    def applications(self, input_shape: Shape) -> int | None:
        """Return the number of positions of the window."""
        return product(to_channels_last(self.output_shape(input_shape), self.data_format)[1:-1])

    def places(self, input_shape: Shape, filters: int) -> Shape:
        """Return the output shape with `filters` channels. Raises ShapeError if the window does not fit."""
        batch, *lengths, _ = to_channels_last(input_shape, self.data_format)
        windows = zip(lengths, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        places = (window_length(length, size, stride, self.padding, step) for length, size, stride, step in windows)
        sizes = check_places(places, input_shape, self.kernel_size)
        return from_channels_last((batch, *sizes, filters), self.data_format)

    def channels(self, input_shape: Shape) -> int:
        """Return the number of channels. Raises ShapeError if it is unknown."""
        return known_size(to_channels_last(input_shape, self.data_format), -1, "a known number of channels")


def _causal_helps(layer: type[SlidingKernel], values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the help to add zeros before the first timestep, as Keras's Conv1D does for `causal`."""
    if layer.axes != ("batch", "time", "channels"):
        yield "remove it: `causal` is only for windows along the time axis, as in `Conv1D`"
        return
    size, step = _single_size(values.get("kernel_size")), _single_size(values.get("dilation_rate", 1))
    if size is not None and step is not None:
        padding = f"`- ZeroPadding1D: {{padding: [{(size - 1) * step}, 0]}}`"
        yield f"remove `padding`, and add {padding} before the `{layer.title()}`"
    yield "use `Conv1D`, which supports `padding: causal`"


def _single_size(value: Any) -> int | None:
    value = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return value if isinstance(value, int) else None
