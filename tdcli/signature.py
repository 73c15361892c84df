"""The properties of a model that its data depend on: shapes, activation, loss, masking."""

from dataclasses import dataclass
from typing import Literal

from tdcli.layers.core.ranges import SUM_TO_ONE, UNBOUNDED, ValueRange, range_of
from tdcli.shapes import Shape

DIFFERENCE_LOSSES = "huber log_cosh mae mean_absolute_error mean_squared_error mse".split()
"""The losses of the difference between target and output. They can be used with scaled targets."""

PROBABILITY_LOSSES = (
    "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy",
)  # fmt: skip

CLASS_HINGE = "categorical_hinge"
"""A loss for classes, like the crossentropies."""

RECURRENT = "recurrent layer"
"""The common name of all recurrent layers except those of frames."""


@dataclass(frozen=True)
class Signature:
    """The properties of a model that its data depend on. Shapes have the batch first: `(None, 5, 1)`.

    kind: the kind of the architecture.
    activation: of the outputs; None if the last layer has none.
    loss: of the spec; None if it is inferred.
    mask_value: the value that marks a padded timestep; None if the model does not mask.
    tokens: whether the inputs are integers for an Embedding.
    own_steps: whether the timesteps of the output are not those of the input, as after a RepeatVector.
    takes_as_is: whether the layers accept samples in the shape of the data, if `input` declares another shape.
    range: of the outputs; None for the range of the activation.
    stops_mask: the first layer that does not support masking; empty if a mask could reach the outputs.
    vocabulary: the number of tokens of the Embedding.
    time_layer: the last layer that decides whether the output has timesteps, such as `Flatten` or
        `recurrent layer`; empty if there is none.
    repeats: whether a RepeatVector makes the timesteps of the output.
    fractions: whether the targets are fractions between 0 and 1.
    """

    kind: str
    input_shape: Shape
    output_shape: Shape
    activation: str | None = None
    loss: str | None = None
    mask_value: float | None = None
    tokens: bool = False
    own_steps: bool = False
    takes_as_is: bool = False
    range: ValueRange | None = None
    stops_mask: str = ""
    vocabulary: int | None = None
    time_layer: str = RECURRENT
    repeats: bool = False
    fractions: bool = False

    @property
    def timesteps(self) -> int | None:
        """The number of timesteps of the input; None if it varies."""
        return self.input_shape[1]

    @property
    def step_shape(self) -> Shape:
        """The shape of one timestep of the input: `(features,)`, or that of a frame."""
        return self.input_shape[2:]

    @property
    def returns_sequences(self) -> bool:
        """Whether the output is a sequence: `(batch, time, units)`."""
        return len(self.output_shape) == 3

    @property
    def per_step(self) -> bool:
        """Whether the model has one output vector for each timestep of the input."""
        return self.returns_sequences and not self.own_steps

    @property
    def answers_steps(self) -> bool:
        """Whether the model has one output for each timestep of the input, a vector or a frame."""
        return len(self.output_shape) >= 3 and not self.own_steps

    @property
    def units(self) -> int:
        """The number of outputs per sample or per timestep."""
        return self.output_shape[-1] or 0

    @property
    def bounds(self) -> ValueRange:
        """The range of the outputs."""
        return self.range or range_of(self.activation)

    @property
    def sums_to_one(self) -> bool:
        """Whether the outputs are probabilities that sum to 1."""
        return self.activation in SUM_TO_ONE

    @property
    def probabilities(self) -> bool:
        """Whether each output is between 0 and 1."""
        return self.bounds.within(0, 1)

    @property
    def one_sigmoid(self) -> bool:
        """Whether the output is a single sigmoid unit, as for yes or no."""
        return self.activation == "sigmoid" and self.units == 1

    @property
    def has_loss_of_classes(self) -> bool:
        """Whether the loss compares classes."""
        return self.loss is not None and ("crossentropy" in self.loss.casefold() or self.loss == CLASS_HINGE)

    @property
    def may_learn_fractions(self) -> bool:
        """Whether the loss can learn fractions between 0 and 1 as well as classes."""
        return self.loss in PROBABILITY_LOSSES and (self.sums_to_one or self.units == 1)

    @property
    def learns_fractions(self) -> bool:
        """Whether the loss can learn fractions and the targets contain some."""
        return self.fractions and self.may_learn_fractions

    @property
    def takes(self) -> Literal["classes", "numbers"]:
        """Whether a target is a class or numbers.

        Softmax and one sigmoid unit mean classes, unless the loss is for numbers or the targets are fractions that
        the loss can learn.
        """
        if self.learns_fractions:
            return "numbers"
        if self.loss is not None:
            return "classes" if self.has_loss_of_classes and (self.sums_to_one or self.units == 1) else "numbers"
        return "classes" if self.sums_to_one or self.one_sigmoid else "numbers"

    def scales(self, policy: str) -> bool:
        """Return whether targets are scaled. The outputs must reach the scaled values, and the loss must allow it."""
        allowed = self.loss in DIFFERENCE_LOSSES if self.loss else self.activation != "sigmoid"
        reached = self.bounds == UNBOUNDED or (policy == "minmax" and self.bounds.covers(0, 1) and not self.sums_to_one)
        return self.takes == "numbers" and allowed and reached
