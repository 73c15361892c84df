"""What every layer is: Keras's arguments, an output shape, a parameter count."""

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
    """Arguments and an input shape that reach one branch of a layer's arithmetic."""

    arguments: dict[str, Any]
    input_shape: Shape


class ShapeError(Exception):
    """A fact about a layer and a shape that do not fit; `plan.infer` makes a diagnostic of it.

    `kind` is `rank` (another number of axes), `size` (an axis too short or not as long as
    needed), `unknown` (a length must be known here), `mask` (padded steps would be read) or
    `dtype` (whole numbers, or numbers that are not). `needs` says what the layer needs. `axes` holds
    the same as names, where what it needs is axes. `why` and `help` are what this layer alone
    can tell; left empty, the plan says what holds for every layer.
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
        """Make the diagnostic of a layer that needs these axes; `...` stands for any number of them."""
        return ShapeError("rank", format_axes(axes), input_shape, axes=axes)


class WindowTooLong(ShapeError):
    """A window that does not fit once along an axis."""

    def __init__(self, window: tuple[int, ...], input_shape: Shape) -> None:
        why = "the axis is shorter than the window that walks along it"
        help = "use smaller windows or strides, fewer poolings, `padding: same`, or a larger input"
        super().__init__("size", f"room for a window of {format_product(*window)}", input_shape, why, help)


@dataclass(frozen=True)
class Parameters:
    """A count and how it comes about: `Parameters(140, 0, "4 x ((1 + 1) x 5 + 5^2)")`."""

    trainable: int = 0
    non_trainable: int = 0
    formula: str = ""

    @property
    def total(self) -> int:
        """Trainable and non-trainable together."""
        return self.trainable + self.non_trainable


class Layer(Section):
    """A Keras layer. The arguments here are those that every layer has."""

    model_config: ClassVar[ConfigDict] = ConfigDict(allow_inf_nan=False)

    examples: ClassVar[tuple[Example, ...]] = ()
    axes: ClassVar[AxisNames] = ()
    """What the axes of the input hold: `("batch", "time", "features")`; empty where any number of them will do."""
    takes_integers: ClassVar[bool] = False
    self_attention: ClassVar[bool] = False
    """Whether Keras's layer takes a query and a value, which in a chain are one and the same."""
    reads_mask: ClassVar[bool] = False
    """Whether Keras's layer computes otherwise with a mask, rather than only pass it on."""
    casts_inputs: ClassVar[bool] = True
    """Whether Keras's layer takes numbers of another dtype than its own without a cast before it."""
    holds_layers: ClassVar[bool] = False
    """Whether Keras's layer keeps its weights in layers of its own, which do not get its `trainable`."""

    name: str | None = Field(None, min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    trainable: bool = True
    dtype: Literal["float16", "bfloat16", "float32", "float64"] | None = None

    @model_validator(mode="after")
    def _objects_fit_weights(self) -> Self:
        check_objects(self, self.weight_axes(), self.dtype)
        return self

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return how many axes the weights have that an initializer, a regularizer or a constraint is for.

        By the argument's first word: `{"kernel": (2,), "bias": (1,)}`; several where it is for several weights.
        """
        return {}

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape that comes out for `input_shape`. Raises ShapeError if it does not fit."""
        self.check_rank(input_shape)
        shape = self._output_shape(input_shape)
        if self.has_softmax and len(shape) > MOST_AXES_OF_SOFTMAX:
            why = "TensorFlow 2.21 computes a softmax over 5 axes at most, the batch's among them"
            needs = f"at most {MOST_AXES_OF_SOFTMAX} axes for its softmax"
            raise ShapeError("size", needs, input_shape, why, "wrap it: `TimeDistributed`")
        if len(shape) != 2 and penalizes_matrix(self):
            why = "its `activity_regularizer` compares the columns of a matrix, one row a sample"
            raise ShapeError("size", "one vector a sample", input_shape, why, "choose another `activity_regularizer`")
        return shape

    @property
    def applied_activation(self) -> str | None:
        """The activation that the layer's own argument names; None for a layer without one."""
        return None

    def output_activation(self, rank: int) -> str | None:
        """Return the activation that what comes out went through; `rank` counts its axes.

        None where there is none. A layer that is an activation, such as ReLU, gives its name.
        """
        return self.applied_activation

    @property
    def output_range(self) -> ValueRange:
        """Between which values the outputs lie."""
        return range_of(self.applied_activation)

    @property
    def has_softmax(self) -> bool:
        """Whether what comes out went through a softmax."""
        return self.applied_activation in ("softmax", "log_softmax")

    @property
    def is_recurrent(self) -> bool:
        """Whether the layer walks along the time axis that comes in, carrying a state."""
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
        """Whether the layer needs the height and the width of a frame, or of a volume's slices."""
        return "height" in self.axes

    @property
    def reads_volumes(self) -> bool:
        """Whether the layer needs the depth of a volume."""
        return "depth" in self.axes

    def parameters(self, input_shape: Shape) -> Parameters:
        """Return the count for an input shape that fits; all of it non-trainable if the layer is frozen."""
        count = self._parameters(input_shape)
        return count if self.trainable else Parameters(0, count.total, count.formula)

    def over_time(self, input_shape: Shape) -> str:
        """Say what the layer does along time, for a reader who has `goes in` and `comes out` beside it."""
        return "time plays no part: every number is treated alike"

    def applications(self, input_shape: Shape) -> int | None:
        """Return how many times one sample passes through the weights; None where a length is unknown."""
        return product(input_shape[1:-1])

    def multiply_adds(self, input_shape: Shape) -> int | None:
        """Return the products of matrices and convolutions for one sample: each weight but the biases, at each use."""
        if "use_bias" not in type(self).model_fields:
            return 0
        weights = self.model_copy(update={"use_bias": False}).parameters(input_shape).total
        return multiply_known(self.applications(input_shape), weights)

    def activation_count(self, input_shape: Shape) -> int | None:
        """Return how many numbers a sample leaves for the backward pass: what comes out, and states on the way."""
        return product(self.output_shape(input_shape)[1:])

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Return whether the output carries the mask of padded steps.

        Raises ShapeError where the layer would read padded steps as if they were real, which
        is what Keras does silently with a layer that does not support masking.
        """
        if masked:
            raise ShapeError("mask", "", input_shape)
        return False

    def arguments(self) -> dict[str, Any]:
        """Return what Keras's constructor takes. A layer inside stays a Layer."""
        return {name: _keras_form(getattr(self, name)) for name in type(self).model_fields}

    @property
    def innermost(self) -> "Layer":
        """The layer inside of all wrappers, or this layer itself."""
        return self

    def frozen(self) -> Self:
        """Return the same layer with no weight that training changes."""
        return self.model_copy(update={"trainable": False})

    @property
    def is_frozen(self) -> bool:
        """Whether training changes no weight."""
        return not self.trainable

    @property
    def forgets_trainable(self) -> bool:
        """Whether Keras 3.15 trains the weights of this frozen layer: `trainable` does not reach those inside it."""
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
    """A layer that keeps the shape and treats every step alike, so that a mask passes through it."""

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
