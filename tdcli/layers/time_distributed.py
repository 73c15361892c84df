"""The same layer at every timestep."""

from typing import Self

from pydantic import model_validator

from tdcli.layers.core.arithmetic import multiply_known
from tdcli.layers.core.base import Example, Parameters, ShapeError
from tdcli.layers.core.wrapper import Wrapper
from tdcli.shapes import Shape
from tdcli.text.section import invalid, invalid_at

MARKS_IN_VAIN = "marks padding inside `TimeDistributed`, where no layer reads the mask"


class TimeDistributed(Wrapper):
    """Applies one layer, with one set of weights, to every timestep.

    `(batch, time, *step)` -> `(batch, time, *output of the layer for (batch, *step))`.

    Parameters: those of the wrapped layer, once (Keras, `TimeDistributed.build`).

    >>> TimeDistributed.model_validate({"Dense": {"units": 64}}).output_shape((None, 20, 10))
    (None, 20, 64)
    """

    reads_mask = True
    examples = (
        Example({"Dense": {"units": 64, "activation": "relu"}}, (None, 20, 10)),
        Example({"Conv2D": {"filters": 4, "kernel_size": 3}}, (None, 5, 8, 8, 3)),
        Example({"Flatten": {}}, (None, 5, 6, 6, 4)),
        Example({"Dense": {"units": 2}, "trainable": False}, (None, 5, 3)),
        Example({"LSTM": {"units": 3}}, (None, 2, 5, 4)),
        Example({"TimeDistributed": {"Dense": {"units": 2}}}, (None, 2, 5, 4)),
        Example({"BatchNormalization": {}}, (None, None, 3)),
        Example({"TimeDistributed": {"Dense": {"units": 2}}, "trainable": False}, (None, 2, 5, 4)),
    )

    @model_validator(mode="after")
    def _of_one_dtype(self) -> Self:
        inner = self.layer.dtype or "float32"
        if not self.layer.casts_inputs and inner != (self.dtype or "float32"):
            given = self.dtype or "float32"
            message = f"`{self.layer.title()}` computes in {inner}, and `TimeDistributed` gives it {given}"
            key = ("dtype",) if self.dtype else (self.layer.title(), "dtype")
            raise invalid_at(key, invalid("wrong-value", message, "write the same `dtype` for both"))
        return self

    def output_activation(self, rank: int) -> str | None:
        """Return that of the wrapped layer, whose outputs have no time axis."""
        return self.layer.output_activation(rank - 1)

    def over_time(self, input_shape: Shape) -> str:
        """Say that one layer serves all steps."""
        steps = "each timestep" if input_shape[1] is None else f"each of the {input_shape[1]:,} timesteps"
        return f"the same `{self.layer.title()}` is applied to {steps}; it sees one and knows nothing of the others"

    def applications(self, input_shape: Shape) -> int | None:
        """Return the uses of the wrapped layer, at every timestep."""
        return multiply_known(input_shape[1], self.layer.applications(self.step_shape(input_shape)))

    def multiply_adds(self, input_shape: Shape) -> int | None:
        """Return those of the wrapped layer, at every timestep."""
        return multiply_known(input_shape[1], self.layer.multiply_adds(self.step_shape(input_shape)))

    def activation_count(self, input_shape: Shape) -> int | None:
        """Return what the wrapped layer leaves at every timestep."""
        return multiply_known(input_shape[1], self.layer.activation_count(self.step_shape(input_shape)))

    def _output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) < 3:
            raise ShapeError.of_axes(("batch", "time", "..."), input_shape)
        return (*input_shape[:2], *self.layer.output_shape(self.step_shape(input_shape))[1:])

    def _parameters(self, input_shape: Shape) -> Parameters:
        return self.layer.parameters(self.step_shape(input_shape))

    @staticmethod
    def step_shape(input_shape: Shape) -> Shape:
        """Return what the wrapped layer sees: the shape without its time axis."""
        return (input_shape[0], *input_shape[2:])

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on: the wrapped layer sees one step at a time.

        Raises ShapeError where the wrapped layer would take what is left of the mask, one truth
        value a sample, for one of its own steps: Keras fails there. So it does for a mask that begins
        inside, which Keras 3.15 ignores.
        """
        if self.layer.output_masked(masked=False, input_shape=self.step_shape(input_shape)):
            why = (
                "Keras 3.15 ignores a mask that begins inside `TimeDistributed`: the padding is read as if it were real"
            )
            raise ShapeError("mask", MARKS_IN_VAIN, input_shape, why)
        if masked and self.layer.title() == "Softmax":
            self.layer.output_masked(masked, self.step_shape(input_shape))
        if masked and self.layer.reads_mask and len(input_shape) > 3:
            why = "Keras hands on one truth value a sample, which the layer inside would take for its own steps"
            raise ShapeError("mask", "", input_shape, why)
        return masked
