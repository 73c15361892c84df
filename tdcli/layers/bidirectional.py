"""A recurrent layer that reads a sequence in both directions."""

from typing import Literal, Self

from pydantic import model_validator

from tdcli.layers.core.arithmetic import multiply_known
from tdcli.layers.core.base import Example, Parameters
from tdcli.layers.core.ranges import ValueRange
from tdcli.layers.core.recurrent import Recurrent, recurrent_cell
from tdcli.layers.core.wrapper import Wrapper
from tdcli.shapes import Shape
from tdcli.text.section import invalid


class Bidirectional(Wrapper):
    """Runs a recurrent layer forwards and a copy with its own weights backwards, and merges the outputs.

    `(batch, time, features)` -> `(batch, 2 x units)`, or `(batch, time, 2 x units)` if the layer
    returns sequences. With a `merge_mode` of `sum`, `mul` or `ave`, it is `units` instead of
    `2 x units`. A `merge_mode` of null (two outputs) and `backward_layer` are not supported,
    because each layer of a chain has one output.

    Parameters: twice those of the wrapped layer (Keras, `Bidirectional.build`).

    >>> Bidirectional.model_validate({"LSTM": {"units": 5}}).parameters((None, 5, 1)).total
    280
    """

    reads_mask = True
    examples = (
        Example({"LSTM": {"units": 5}}, (None, 5, 1)),
        Example({"GRU": {"units": 3, "return_sequences": True}, "merge_mode": "sum"}, (None, None, 4)),
        Example({"SimpleRNN": {"units": 3}, "merge_mode": "ave", "trainable": False}, (None, 4, 2)),
        Example({"LSTM": {"units": 3, "return_sequences": True}, "merge_mode": "mul"}, (None, 4, 2)),
        Example({"ConvLSTM1D": {"filters": 2, "kernel_size": 2}}, (None, 4, 5, 3)),
    )

    merge_mode: Literal["concat", "sum", "mul", "ave"] = "concat"

    @model_validator(mode="after")
    def _wraps_a_recurrent_layer(self) -> Self:
        if not isinstance(self.layer, Recurrent):
            message = f"`Bidirectional` must wrap a recurrent layer, got `{self.layer.title()}`"
            raise invalid("wrong-value", message, "wrap an LSTM, a GRU, a SimpleRNN or a ConvLSTM")
        if self.layer.go_backwards:
            message = "the layer inside `Bidirectional` must not have `go_backwards: true`"
            raise invalid("wrong-value", message, "remove `go_backwards`")
        return self

    @property
    def is_recurrent(self) -> bool:
        """Whether the layer works along the time axis with a state: always, like the layer inside."""
        return True

    @property
    def output_range(self) -> ValueRange:
        """The range of the wrapped layer, or twice that range for a sum."""
        low, high = self.layer.output_range
        return ValueRange(2 * low, 2 * high) if self.merge_mode == "sum" else ValueRange(low, high)

    def check_rank(self, input_shape: Shape) -> None:
        """Check the axes that the wrapped layer needs."""
        self.layer.check_rank(input_shape)

    def over_time(self, input_shape: Shape) -> str:
        """Describe how the outputs of the two directions are merged."""
        merged = {"concat": "concatenated", "sum": "added", "mul": "multiplied", "ave": "averaged"}
        read = "one layer reads the timesteps from first to last, a second one with its own weights from last to first"
        cell = recurrent_cell(self)
        returned = "their outputs at each timestep" if cell and cell.return_sequences else "their last outputs"
        return f"{read}; {returned} are {merged[self.merge_mode]}"

    def applications(self, input_shape: Shape) -> int | None:
        """Return how many times each of the two layers is applied."""
        return self.layer.applications(input_shape)

    def multiply_adds(self, input_shape: Shape) -> int | None:
        """Return the multiply-adds of both layers."""
        return multiply_known(self.layer.multiply_adds(input_shape), 2)

    def activation_count(self, input_shape: Shape) -> int | None:
        """Return the activations of both layers."""
        return multiply_known(self.layer.activation_count(input_shape), 2)

    def _output_shape(self, input_shape: Shape) -> Shape:
        *steps, units = self.layer.output_shape(input_shape)
        return (*steps, (units or 0) * (2 if self.merge_mode == "concat" else 1))

    def _parameters(self, input_shape: Shape) -> Parameters:
        one = self.layer.parameters(input_shape)
        return Parameters(2 * one.trainable, 2 * one.non_trainable, f"2 x ({one.formula})")

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Return whether the output of the wrapped layer has the mask."""
        return self.layer.output_masked(masked, input_shape)
