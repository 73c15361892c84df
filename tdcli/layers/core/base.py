"""The base class of all layers: Keras's arguments, an output shape and a parameter count."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, Self

from pydantic import ConfigDict, Field, model_validator

from tdcli.layers.core.arithmetic import format_product, multiply_known, product
from tdcli.layers.core.objects_fit import check_objects, penalizes_matrix
from tdcli.layers.core.ranges import ValueRange, range_of
from tdcli.shapes import AxisNames, Shape, format_axes
from tdcli.text.section import Section

MOST_AXES_OF_SOFTMAX = 5


class Example(NamedTuple):
    """Arguments and an input shape that cover one case of a layer's computation."""

    arguments: dict[str, Any]
    input_shape: Shape


class ShapeError(Exception):
    """A layer does not fit the shape of its input. `plan.infer` turns the error into a diagnostic.

    `kind` is `rank` (the wrong number of axes), `size` (the wrong length of an axis), `unknown`
    (a length must be known), `mask` (padded timesteps would be read) or `dtype` (integers instead of
    floats, or the reverse). `needs` describes what the layer needs. If it needs certain axes, `axes`
    has their names. `why` and `help` are specific to the layer; if they are empty, the plan uses a
    general explanation.
    """

    def __init__(
        self,
        kind: Literal["rank", "size", "unknown", "mask", "dtype"],
        needs: str,
        input_shape: Shape,
        why: str = "",
        help: str = "",
        axes: AxisNames = (),
    ) -> None:
        super().__init__(f"needs {needs}, got {input_shape}")
        self.kind, self.needs, self.input_shape = kind, needs, input_shape
        self.why, self.help, self.axes = why, help, axes

    @staticmethod
    def of_axes(axes: AxisNames, input_shape: Shape) -> "ShapeError":
        """Make the error of a layer that needs these axes; `...` means any number of axes."""
        return ShapeError("rank", format_axes(axes), input_shape, axes=axes)


class WindowTooLong(ShapeError):
    """A window is longer than its axis."""

    def __init__(self, window: tuple[int, ...], input_shape: Shape) -> None:
        why = "the axis is shorter than the window that slides along it"
        help = "use smaller windows or strides, fewer pooling layers, `padding: same`, or a larger input"
        super().__init__("size", f"room for a window of {format_product(*window)}", input_shape, why, help)


@dataclass(frozen=True)
class Parameters:
    """A parameter count and its formula: `Parameters(140, 0, "4 x ((1 + 1) x 5 + 5^2)")`."""

    trainable: int = 0
    non_trainable: int = 0
    formula: str = ""

    @property
    def total(self) -> int:
        """The number of trainable and non-trainable weights together."""
        return self.trainable + self.non_trainable


class Layer(Section):
    """A Keras layer. Its fields are the arguments that every layer has."""

    model_config: ClassVar[ConfigDict] = ConfigDict(allow_inf_nan=False)

    examples: ClassVar[tuple[Example, ...]] = ()
    axes: ClassVar[AxisNames] = ()
    """The names of the input axes: `("batch", "time", "features")`; empty if any number of axes is accepted."""
    takes_integers: ClassVar[bool] = False
    self_attention: ClassVar[bool] = False
    """Whether Keras's layer takes a query and a value, which are the same in a chain."""
    reads_mask: ClassVar[bool] = False
    """Whether a mask changes the output of Keras's layer, instead of only being passed on."""
    casts_inputs: ClassVar[bool] = True
    """Whether Keras's layer accepts inputs of another dtype without a cast before it."""
    holds_layers: ClassVar[bool] = False
    """Whether Keras's layer keeps its weights in inner layers, to which its `trainable` does not apply."""

    name: str | None = Field(None, min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    trainable: bool = True
    dtype: Literal["float16", "bfloat16", "float32", "float64"] | None = None

    @model_validator(mode="after")
    def _objects_fit_weights(self) -> Self:
        check_objects(self, self.weight_axes(), self.dtype)
        return self

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the number of axes of each weight that has an initializer, a regularizer or a constraint.

        The keys are the first words of the arguments: `{"kernel": (2,), "bias": (1,)}`. A key has several numbers if
        its arguments apply to several weights.
        """
        return {}

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the output shape for an input shape. Raises ShapeError if the input does not fit."""
        self.check_rank(input_shape)
        shape = self._output_shape(input_shape)
        if self.has_softmax and len(shape) > MOST_AXES_OF_SOFTMAX:
            why = "TensorFlow 2.21 supports softmax for at most 5 axes, including the batch"
            needs = f"at most {MOST_AXES_OF_SOFTMAX} axes for its softmax"
            raise ShapeError("size", needs, input_shape, why, "wrap it: `TimeDistributed`")
        if len(shape) != 2 and penalizes_matrix(self):
            why = "its `activity_regularizer` compares the columns of a matrix with one row per sample"
            raise ShapeError("size", "one vector per sample", input_shape, why, "use another `activity_regularizer`")
        return shape

    @property
    def applied_activation(self) -> str | None:
        """The activation that the layer applies; None for a layer without one."""
        return None

    def output_activation(self, rank: int) -> str | None:
        """Return the activation of the output, which has `rank` axes.

        None if there is none. A layer that is an activation, such as ReLU, returns its name.
        """
        return self.applied_activation

    @property
    def output_range(self) -> ValueRange:
        """The range of the outputs."""
        return range_of(self.applied_activation)

    @property
    def has_softmax(self) -> bool:
        """Whether the output is a softmax."""
        return self.applied_activation in ("softmax", "log_softmax")

    @property
    def is_recurrent(self) -> bool:
        """Whether the layer works along the time axis with a state."""
        return False

    @property
    def has_time(self) -> bool:
        """Whether one of the axes that the layer needs is time."""
        return "time" in self.axes

    @property
    def has_channels(self) -> bool:
        """Whether one of the axes that the layer needs holds channels."""
        return "channels" in self.axes

    @property
    def reads_frames(self) -> bool:
        """Whether the layer needs the height and width of a frame, or of the slices of a volume."""
        return "height" in self.axes

    @property
    def reads_volumes(self) -> bool:
        """Whether the layer needs the depth of a volume."""
        return "depth" in self.axes

    def parameters(self, input_shape: Shape) -> Parameters:
        """Return the parameter count for an input shape that fits. All weights of a frozen layer are non-trainable."""
        count = self._parameters(input_shape)
        return count if self.trainable else Parameters(0, count.total, count.formula)

    def over_time(self, input_shape: Shape) -> str:
        """Describe what the layer does over time, in one clause for `tdcli explain`."""
        return "ignores time: the same operation applies to all values"

    def applications(self, input_shape: Shape) -> int | None:
        """Return how many times the weights are applied for one sample; None if a length is unknown."""
        return product(input_shape[1:-1])

    def multiply_adds(self, input_shape: Shape) -> int | None:
        """Return the multiply-adds for one sample: one for each weight, except biases, each time it is applied."""
        if "use_bias" not in type(self).model_fields:
            return 0
        weights = self.model_copy(update={"use_bias": False}).parameters(input_shape).total
        return multiply_known(self.applications(input_shape), weights)

    def activation_count(self, input_shape: Shape) -> int | None:
        """Return how many values a sample keeps for the backward pass: the outputs and the states between."""
        return product(self.output_shape(input_shape)[1:])

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Return whether the output has a mask.

        Raises ShapeError if the layer would treat padded timesteps as real data. Keras does so silently with a
        layer that does not support masking.
        """
        if masked:
            raise ShapeError("mask", "", input_shape)
        return False

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of Keras's constructor. A wrapped layer is returned as a Layer."""
        return {name: _keras_form(getattr(self, name)) for name in type(self).model_fields}

    @property
    def innermost(self) -> "Layer":
        """The layer inside all wrappers, or this layer itself."""
        return self

    def frozen(self) -> Self:
        """Return the same layer with all weights frozen."""
        return self.model_copy(update={"trainable": False})

    @property
    def is_frozen(self) -> bool:
        """Whether all weights are frozen."""
        return not self.trainable

    @property
    def forgets_trainable(self) -> bool:
        """Whether Keras 3.15 trains this frozen layer, because `trainable` does not apply to its inner layers."""
        return self.is_frozen and self.holds_layers

    def check_rank(self, input_shape: Shape) -> None:
        """Raise ShapeError unless the input has as many axes as `axes` names."""
        if self.axes and len(input_shape) != len(self.axes):
            raise ShapeError.of_axes(self.axes, input_shape)

    def _output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def _parameters(self, input_shape: Shape) -> Parameters:
        return Parameters()

    @classmethod
    def title(cls) -> str:
        """Return the name that a spec uses."""
        return cls.__name__

    @property
    def full_title(self) -> str:
        """The name that a spec uses, with the wrapped layer in brackets: `TimeDistributed(Conv2D)`."""
        return self.title()


class Elementwise(Layer):
    """A layer that keeps the shape and treats all timesteps in the same way, so that it passes a mask on."""

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on."""
        return masked


def known_size(input_shape: Shape, axis: int, needs: str) -> int:
    """Return the size of an axis. Raises ShapeError if it is unknown."""
    size = input_shape[axis]
    if size is None:
        raise ShapeError("unknown", needs, input_shape)
    return size


def _keras_form(value: Any) -> Any:
    """Turn `{L2: {l2: 0.01}}` into Keras's own `{"class_name": ..., "config": ...}`."""
    if isinstance(value, dict):
        ((name, arguments),) = value.items()
        return {"class_name": name, "config": dict(arguments or {})}
    return value
