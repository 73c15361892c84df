"""The base classes of recurrent layers."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from tdcli.layers.core.arithmetic import multiply_known
from tdcli.layers.core.base import Layer, Parameters, ShapeError, known_size
from tdcli.layers.core.fields import ActivationName, Constraint, Initializer, Regularizer, Size
from tdcli.layers.core.kernel import Kernel
from tdcli.layers.core.objects import Seed
from tdcli.layers.core.ranges import UNBOUNDED, UNIT_INTERVAL, ValueRange, range_of
from tdcli.shapes import Shape
from tdcli.text.section import invalid


class Recurrent(Kernel):
    """A cell that is applied to one timestep after another.

    `return_state` and `stateful` are not supported: each layer of a chain has one output, and samples
    do not depend on the previous batch.
    """

    reads_mask = True

    activation: ActivationName | None = "tanh"
    recurrent_initializer: Initializer = "orthogonal"
    recurrent_regularizer: Regularizer = None
    recurrent_constraint: Constraint = None
    dropout: float = Field(0.0, ge=0, le=1)
    recurrent_dropout: float = Field(0.0, ge=0, le=1)
    seed: Seed | None = None
    return_sequences: bool = False
    go_backwards: bool = False

    @property
    def is_recurrent(self) -> bool:
        """Whether the layer works along the time axis with a state: always."""
        return True

    @property
    def output_range(self) -> ValueRange:
        """The range of the activation, including 0, because gates let through any part of it."""
        low, high = range_of(self.activation) if self.gate_range.within(0, 1) else UNBOUNDED
        return ValueRange(min(low, 0), max(high, 0))

    @property
    def gate_range(self) -> ValueRange:
        """The range of the gates, by which the outputs of the activation are multiplied."""
        return UNIT_INTERVAL

    def over_time(self, input_shape: Shape) -> str:
        """Describe the direction, the update of the state and the output."""
        direction = "from last to first" if self.go_backwards else "from first to last"
        returned = "returns the output at every timestep" if self.return_sequences else "returns only the last output"
        return f"reads the timesteps {direction}; each one updates the state of the layer; {returned}"

    def applications(self, input_shape: Shape) -> int | None:
        """Return the number of timesteps."""
        return input_shape[1]

    def without_cudnn(self) -> tuple[str, ...]:
        """Return the reasons why Keras 3.15 does not use cuDNN for this layer on a GPU; none if it can."""
        return (f"cuDNN does not support {self.title()}",)

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Skip padded timesteps, and pass the mask on if the output has timesteps.

        Raises ShapeError if the output sequence is reversed, because Keras does not reverse the mask.
        """
        if masked and self.return_sequences and self.go_backwards:
            why = "the output sequence is reversed, and Keras does not reverse the mask"
            raise ShapeError("mask", "", input_shape, why, "remove `go_backwards: true`")
        return masked and self.return_sequences


class VectorRecurrent(Recurrent):
    """A recurrent layer whose state is a vector.

    `(batch, time, features)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`.
    """

    axes = ("batch", "time", "features")
    gates: ClassVar[int]

    units: Size
    unroll: bool = False

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return two axes for each kernel, and one for the bias."""
        return {**super().weight_axes(), "recurrent": (2,)}

    def activation_count(self, input_shape: Shape) -> int | None:
        """Return the activations of all timesteps: the gates, the state and the output; without gates, the output."""
        return multiply_known(input_shape[1], self.units * (self.gates + 2 if self.gates > 1 else 1))

    def _output_shape(self, input_shape: Shape) -> Shape:
        known_size(input_shape, 2, "a known number of features")
        if self.unroll:
            known_size(input_shape, 1, "a known number of timesteps to unroll")
        steps = input_shape[1:2] if self.return_sequences else ()
        return (input_shape[0], *steps, self.units)

    def _parameters(self, input_shape: Shape) -> Parameters:
        features, units, biases = input_shape[2] or 0, self.units, self._biases()
        inputs = f"({features} + {biases})" if biases else f"{features}"
        cell = f"{inputs} x {units} + {units}^2"
        formula = f"{self.gates} x ({cell})" if self.gates > 1 else cell
        return Parameters(self.gates * ((features + biases) * units + units**2), 0, formula)

    def _biases(self) -> int:
        return int(self.use_bias)


def _cudnn_choice(value: Any) -> Any:
    if not isinstance(value, bool) and value != "auto":
        raise invalid("wrong-value", "`use_cudnn` must be true, false or auto")
    return value


class GatedRecurrent(VectorRecurrent):
    """A recurrent layer with gates, which have their own activation."""

    recurrent_activation: ActivationName | None = "sigmoid"
    use_cudnn: Annotated[bool | Literal["auto"], BeforeValidator(_cudnn_choice)] = "auto"

    @property
    def gate_range(self) -> ValueRange:
        """The range of the gates' activation."""
        return range_of(self.recurrent_activation)

    def without_cudnn(self) -> tuple[str, ...]:
        """Return the arguments that rule out cuDNN (Keras 3.15, `keras.src.backend.tensorflow.rnn.cudnn_ok`)."""
        reasons = {
            "`use_cudnn: false`": self.use_cudnn is False,
            "its activation is not tanh": self.activation != "tanh",
            "its recurrent_activation is not sigmoid": self.recurrent_activation != "sigmoid",
            "it has recurrent_dropout": self.recurrent_dropout > 0,
            "it is unrolled": self.unroll,
            "it has no bias": not self.use_bias,
        }
        return tuple(reason for reason, holds in reasons.items() if holds)


def recurrent_cell(layer: Layer) -> Recurrent | None:
    """Return the layer itself if it is recurrent, or the layer inside a Bidirectional; None for other layers."""
    cell = layer.innermost if layer.is_recurrent else layer
    return cell if isinstance(cell, Recurrent) else None
