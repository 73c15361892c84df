"""The layers of a spec with their shapes. Summary, check, build and training all read this plan."""

from dataclasses import dataclass

from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.recurrent import recurrent_cell
from tdcli.layers.embedding import Embedding
from tdcli.plan.output_activation import find_output_activation
from tdcli.plan.step import Step
from tdcli.shapes import Shape
from tdcli.signature import RECURRENT, Signature

NEW_TIME_AXIS = ("Permute", "RepeatVector", "Reshape")
"""Layers that create new timesteps."""


@dataclass(frozen=True)
class Plan:
    """A chain of steps. `mask_value`: the value that marks a padded timestep; None if there is no masking.

    fractions: whether the targets of a crossentropy are fractions between 0 and 1 instead of classes.
    """

    name: str
    kind: str
    input_shape: Shape
    input_dtype: str
    steps: tuple[Step, ...]
    mask_value: float | None = None
    fractions: bool = False

    @property
    def output_shape(self) -> Shape:
        """The last step's output shape."""
        return self.steps[-1].output_shape

    @property
    def parameters(self) -> int:
        """The number of all weights."""
        return self.trainable + self.non_trainable

    @property
    def trainable(self) -> int:
        """The number of weights that training changes."""
        return sum(step.parameters.trainable for step in self.steps)

    @property
    def non_trainable(self) -> int:
        """The number of weights that training does not change."""
        return sum(step.parameters.non_trainable for step in self.steps)

    @property
    def bytes(self) -> int:
        """The size of all weights in bytes."""
        return sum(step.bytes for step in self.steps)

    def signature(self, loss: str | None = None) -> Signature:
        """Return the properties of the model that the data depend on."""
        output, tokens = find_output_activation(self.steps), self.input_dtype == "int32"
        first = self.steps[0].layer
        padding = self.mask_value if self.mask_value is not None else _padding_token(first)
        return Signature(
            self.kind,
            self.input_shape,
            self.output_shape,
            output.activation,
            loss,
            padding,
            tokens=tokens,
            own_steps=self._makes_steps,
            range=output.range,
            stops_mask="" if padding is not None else self._stops_mask,
            vocabulary=_vocabulary(first) if tokens else None,
            time_layer=next(filter(None, map(_time_layer, reversed(self.steps))), ""),
            repeats=any(step.title == "RepeatVector" for step in self.steps),
            fractions=self.fractions,
        )

    @property
    def _stops_mask(self) -> str:
        """The title of the first layer that does not support a mask of the input; empty if all do."""
        masked, steps = True, self.steps
        if self.input_dtype == "int32" and len(self.input_shape) == 2:
            steps = steps[1:]  # without the Embedding, which would start the mask
        for step in steps:
            try:
                masked = step.layer.output_masked(masked, step.input_shape)
            except ShapeError:
                return step.title
        return ""

    @property
    def _makes_steps(self) -> bool:
        """Whether the output is a sequence whose timesteps are not those of the input."""
        return len(self.output_shape) >= 3 and not all(_keeps_steps(step) for step in self.steps)


def _keeps_steps(step: Step) -> bool:
    if step.title in NEW_TIME_AXIS or len(step.output_shape) < 3:
        return False
    cell = recurrent_cell(step.layer)
    # A last frame may have as many rows as there were timesteps.
    return (cell is None or cell.return_sequences) and step.input_shape[1] == step.output_shape[1]


def _time_layer(step: Step) -> str:
    """Return the kind of a recurrent layer, or the title of another layer that merges all timesteps into one vector."""
    cell = recurrent_cell(step.layer)
    if cell is not None:
        return "ConvLSTM" if cell.title().startswith("ConvLSTM") else RECURRENT
    return step.title if step.drops_time else ""


def _padding_token(layer: Layer) -> float | None:
    """Return the token that marks padding for an Embedding."""
    return 0.0 if isinstance(layer, Embedding) and layer.mask_zero else None


def _vocabulary(layer: Layer) -> int | None:
    """Return the size of an Embedding's vocabulary."""
    inner = layer.innermost
    return inner.input_dim if isinstance(inner, Embedding) else None
