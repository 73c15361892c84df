"""What a model takes and gives, as far as data must know it."""

from dataclasses import dataclass
from typing import Literal

from tdcli.layers.core.ranges import SUM_TO_ONE, UNBOUNDED, ValueRange, range_of
from tdcli.shapes import Shape

DIFFERENCE_LOSSES = "huber log_cosh mae mean_absolute_error mean_squared_error mse".split()
"""The losses of the difference between target and output, which mean the same on any scale."""

PROBABILITY_LOSSES = (
    "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy",
)  # fmt: skip

CLASS_HINGE = "categorical_hinge"
"""A loss of classes, as the crossentropies are."""

RECURRENT = "recurrent layer"
"""What recurrent layers are called together, but for those of frames."""


@dataclass(frozen=True)
class Signature:
    """A model seen from its data: shapes with the batch first, `(None, 5, 1)`.

    `kind` is the architecture's kind, `activation` that of the outputs (None where the last
    layer has none), `loss` the spec's (None: to be inferred), `mask_value` the value of a
    step that is padding (None where the model masks nothing), `tokens` whether it takes whole
    numbers that an Embedding reads, `own_steps` whether the steps that come out are other ones
    than those that go in, as behind a RepeatVector, `range` between which values the outputs lie
    (None: where the activation leaves them), `takes_as_is` whether its layers would take samples
    of the data's own shape, where that is another one, `stops_mask` the layer that could take no
    mask if the first layer marked padded steps (empty where all could), `vocabulary` how many
    tokens that Embedding knows, `time_layer` the last layer that decides whether steps come out
    (a title such as `Flatten`, or `recurrent layer`; empty where none does), `repeats` whether a
    RepeatVector makes the steps that come out, `fractions` whether the targets lie between 0 and 1.
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
        """The length of the time axis; None if it varies."""
        return self.input_shape[1]

    @property
    def step_shape(self) -> Shape:
        """One timestep: `(features,)`, or a frame."""
        return self.input_shape[2:]

    @property
    def returns_sequences(self) -> bool:
        """Whether a sequence comes out: `(batch, time, units)`."""
        return len(self.output_shape) == 3

    @property
    def per_step(self) -> bool:
        """Whether the model gives one output for each timestep that it reads."""
        return self.returns_sequences and not self.own_steps

    @property
    def answers_steps(self) -> bool:
        """Whether each timestep that the model reads has an answer, be it a frame."""
        return len(self.output_shape) >= 3 and not self.own_steps

    @property
    def units(self) -> int:
        """The number of outputs, for a sample or for a step."""
        return self.output_shape[-1] or 0

    @property
    def bounds(self) -> ValueRange:
        """Between which values the outputs lie."""
        return self.range or range_of(self.activation)

    @property
    def sums_to_one(self) -> bool:
        """Whether the outputs are shares that sum to one."""
        return self.activation in SUM_TO_ONE

    @property
    def probabilities(self) -> bool:
        """Whether every output lies between 0 and 1."""
        return self.bounds.within(0, 1)

    @property
    def one_sigmoid(self) -> bool:
        """Whether one unit says yes or no."""
        return self.activation == "sigmoid" and self.units == 1

    @property
    def has_loss_of_classes(self) -> bool:
        """Whether the loss compares classes."""
        return self.loss is not None and ("crossentropy" in self.loss.casefold() or self.loss == CLASS_HINGE)

    @property
    def may_learn_fractions(self) -> bool:
        """Whether the loss is one that learns probabilities from 0 to 1 as well as classes."""
        return self.loss in PROBABILITY_LOSSES and (self.sums_to_one or self.units == 1)

    @property
    def learns_fractions(self) -> bool:
        """Whether it does, as the targets hold some."""
        return self.fractions and self.may_learn_fractions

    @property
    def takes(self) -> Literal["classes", "numbers"]:
        """Whether a target is a class or numbers.

        Softmax and one sigmoid unit mean classes, unless the loss is one of numbers or the targets hold
        fractions that it learns.
        """
        if self.learns_fractions:
            return "numbers"
        if self.loss is not None:
            return "classes" if self.has_loss_of_classes and (self.sums_to_one or self.units == 1) else "numbers"
        return "classes" if self.sums_to_one or self.one_sigmoid else "numbers"

    def scales(self, policy: str) -> bool:
        """Return whether targets are scaled: the outputs must reach the scaled values, and the loss allow it."""
        allowed = self.loss in DIFFERENCE_LOSSES if self.loss else self.activation != "sigmoid"
        reached = self.bounds == UNBOUNDED or (policy == "minmax" and self.bounds.covers(0, 1) and not self.sums_to_one)
        return self.takes == "numbers" and allowed and reached
