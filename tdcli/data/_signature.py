"""What a model takes and gives, as far as data must know it."""

from dataclasses import dataclass
from typing import Literal

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Signature:
    """A model seen from its data: shapes with the batch first, `(None, 5, 1)`.

    `kind` is the architecture's kind, `activation` that of the outputs (None where the last
    layer has none), `loss` the spec's (None: to be inferred), `mask_value` the value of a
    step that is padding (None where the model masks nothing), `tokens` whether it takes whole
    numbers that an Embedding reads, `own_steps` whether the steps that come out are other ones
    than those that go in, as behind a RepeatVector, `vocabulary` how many tokens that Embedding knows.
    """

    kind: str
    input_shape: Shape
    output_shape: Shape
    activation: str | None = None
    loss: str | None = None
    mask_value: float | None = None
    tokens: bool = False
    own_steps: bool = False
    vocabulary: int | None = None

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
    def units(self) -> int:
        """The number of outputs, for a sample or for a step."""
        return self.output_shape[-1] or 0

    @property
    def one_sigmoid(self) -> bool:
        """Whether one unit says yes or no."""
        return self.activation == "sigmoid" and self.units == 1

    @property
    def takes(self) -> Literal["classes", "numbers"]:
        """Whether a target is a class or numbers.

        Softmax and one sigmoid unit mean classes, unless the loss is one of numbers.
        """
        if self.loss is not None:
            crossentropy = "crossentropy" in self.loss.casefold() and (self.activation == "softmax" or self.units == 1)
            return "classes" if crossentropy else "numbers"
        return "classes" if self.activation == "softmax" or self.one_sigmoid else "numbers"
