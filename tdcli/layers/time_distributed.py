"""TimeDistributed: the same layer at each timestep."""

from typing import Self

from pydantic import model_validator

from tdcli.layers.core.arithmetic import multiply_known
from tdcli.layers.core.base import Example, Parameters, ShapeError
from tdcli.layers.core.wrapper import Wrapper
from tdcli.shapes import Shape
from tdcli.text.section import invalid, invalid_at

MARKS_IN_VAIN = "marks padding inside `TimeDistributed`, where no layer uses the mask"


class TimeDistributed(Wrapper):
    """Applies one layer, with the same weights, to each timestep.

    `(batch, time, *step)` -> `(batch, time, *output of the layer for (batch, *step))`.

    Parameters: those of the wrapped layer (Keras, `TimeDistributed.build`).

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
            message = f"`{self.layer.title()}` has dtype {inner}, but `TimeDistributed` passes it {given}"
            key = ("dtype",) if self.dtype else (self.layer.title(), "dtype")
            raise invalid_at(key, invalid("wrong-value", message, "write the same `dtype` for both"))
        return self

    def output_activation(self, rank: int) -> str | None:
        """Return the activation of the wrapped layer, whose outputs have no time axis."""
        return self.layer.output_activation(rank - 1)

    def over_time(self, input_shape: Shape) -> str:
        """Describe that one layer is applied to all timesteps."""
        steps = "each timestep" if input_shape[1] is None else f"each of the {input_shape[1]:,} timesteps"
        return f"applies the same `{self.layer.title()}` to {steps} separately"

    def applications(self, input_shape: Shape) -> int | None:
        """Return how many times the wrapped layer is applied at all timesteps."""
        return multiply_known(input_shape[1], self.layer.applications(self.step_shape(input_shape)))

    def multiply_adds(self, input_shape: Shape) -> int | None:
        """Return the multiply-adds of the wrapped layer at all timesteps."""
        return multiply_known(input_shape[1], self.layer.multiply_adds(self.step_shape(input_shape)))

    def activation_count(self, input_shape: Shape) -> int | None:
        """Return the activations of the wrapped layer at all timesteps."""
        return multiply_known(input_shape[1], self.layer.activation_count(self.step_shape(input_shape)))

    def _output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) < 3:
            raise ShapeError.of_axes(("batch", "time", "..."), input_shape)
        return (*input_shape[:2], *self.layer.output_shape(self.step_shape(input_shape))[1:])

    def _parameters(self, input_shape: Shape) -> Parameters:
        return self.layer.parameters(self.step_shape(input_shape))

    @staticmethod
    def step_shape(input_shape: Shape) -> Shape:
        """Return the input shape of the wrapped layer, which has no time axis."""
        return (input_shape[0], *input_shape[2:])

    def output_masked(self, masked: bool, input_shape: Shape) -> bool:
        """Pass the mask on. The wrapped layer reads one timestep at a time.

        Keras passes one value of the mask per sample to the wrapped layer. Raises ShapeError if the wrapped layer
        would use it as a mask of its own timesteps, on which Keras fails. Also raises ShapeError for a mask that
        starts inside the wrapper, which Keras 3.15 ignores.
        """
        if self.layer.output_masked(masked=False, input_shape=self.step_shape(input_shape)):
            why = "Keras 3.15 ignores a mask that starts inside `TimeDistributed` and treats the padding as real data"
            raise ShapeError("mask", MARKS_IN_VAIN, input_shape, why)
        if masked and self.layer.title() == "Softmax":
            self.layer.output_masked(masked, self.step_shape(input_shape))
        if masked and self.layer.reads_mask and len(input_shape) > 3:
            why = "Keras passes it one mask value per sample, which it would use as a mask of its own timesteps"
            raise ShapeError("mask", "", input_shape, why)
        return masked
