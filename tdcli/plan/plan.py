"""What a spec comes to. Summary, check, build and training read the plan, nothing else."""

from dataclasses import dataclass

from tdcli.layers.core.base import Layer, Parameters, ShapeFault
from tdcli.layers.core.wrapper import Wrapper
from tdcli.plan.ending import ending
from tdcli.shapes import Shape
from tdcli.signature import RECURRENT, Signature
from tdcli.text.diagnostic import Span
from tdcli.text.document import Way

BYTES = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


@dataclass(frozen=True)
class Step:
    """One layer of the chain. Shapes have the batch first; `masked`: padded steps come in marked.

    `skips`: this is the sum behind a residual block of so many steps; else 0. `way`: from where in the
    document it comes.
    """

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: Parameters
    span: Span
    masked: bool = False
    skips: int = 0
    way: Way = ()

    @property
    def title(self) -> str:
        """Return the layer as a reader names it: `TimeDistributed(Conv2D)`."""
        return titled(self.layer)

    @property
    def bytes(self) -> int:
        """Return the size of the weights."""
        return self.parameters.total * BYTES[self.layer.dtype or "float32"]


@dataclass(frozen=True)
class Plan:
    """A chain of steps. `mask_value`: the value of a step that is padding; None masks nothing.

    fractions: whether a crossentropy is to learn fractions from 0 to 1, and no classes, as the targets hold them.
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
        """Return the last step's output shape."""
        return self.steps[-1].output_shape

    @property
    def trainable(self) -> int:
        """Return the number of weights that training changes."""
        return sum(step.parameters.trainable for step in self.steps)

    @property
    def non_trainable(self) -> int:
        """Return the number of weights that training leaves to themselves."""
        return sum(step.parameters.non_trainable for step in self.steps)

    @property
    def bytes(self) -> int:
        """Return the size of all weights."""
        return sum(step.bytes for step in self.steps)

    def signature(self, loss: str | None = None) -> Signature:
        """Return what the data must know of the model."""
        end, tokens = ending(self.steps), self.input_dtype == "int32"
        padding = self.mask_value if self.mask_value is not None else _padding_token(self.steps[0].layer)
        stops = "" if padding is not None else self._stops_mask
        return Signature(
            self.kind,
            self.input_shape,
            self.output_shape,
            end.activation,
            loss,
            padding,
            tokens=tokens,
            own_steps=self._makes_steps,
            range=end.range,
            stops_mask=stops,
            vocabulary=_vocabulary(self.steps[0].layer) if tokens else None,
            time_layer=next((found for step in reversed(self.steps) if (found := _time_layer(step))), ""),
            repeats=any(step.title == "RepeatVector" for step in self.steps),
            fractions=self.fractions,
        )

    @property
    def _stops_mask(self) -> str:
        """Return the title of the first layer that could not take a mask of the input; empty where all could."""
        masked, steps = True, self.steps
        if self.input_dtype == "int32" and len(self.input_shape) == 2:
            steps = steps[1:]  # the Embedding, which would begin the mask
        for step in steps:
            try:
                masked = step.layer.output_masked(masked, step.input_shape)
            except ShapeFault:
                return step.title
        return ""

    @property
    def _makes_steps(self) -> bool:
        """Whether a sequence comes out whose steps are not those that went in."""
        return len(self.output_shape) >= 3 and not all(_keeps_steps(step) for step in self.steps)


def titled(layer: Layer) -> str:
    """Return a layer's name with the wrapped layer in brackets."""
    return f"{layer.title()}({titled(layer.layer)})" if isinstance(layer, Wrapper) else layer.title()


def _keeps_steps(step: Step) -> bool:
    if step.title in ("Permute", "RepeatVector", "Reshape") or len(step.output_shape) < 3:
        return False
    return _returns_steps(step.layer) and step.input_shape[1] == step.output_shape[1]


def _returns_steps(layer: Layer) -> bool:
    """Say whether a layer hands on all steps: a last frame may have as many rows as steps were read."""
    recurrent = layer.layer if isinstance(layer, Wrapper) and layer.title() == "Bidirectional" else layer
    return bool(getattr(recurrent, "return_sequences", True))


def _time_layer(step: Step) -> str:
    """Return what a step is called if it is recurrent, and its title if it leaves one vector of all steps."""
    layer = step.layer.layer if isinstance(step.layer, Wrapper) and step.title == "Bidirectional" else step.layer
    if hasattr(layer, "return_sequences"):
        return "ConvLSTM" if layer.title().startswith("ConvLSTM") else RECURRENT
    return step.title if len(step.input_shape) > 2 >= len(step.output_shape) else ""


def _padding_token(layer: Layer) -> float | None:
    """Return the token that an Embedding takes for padding."""
    return 0.0 if getattr(layer, "mask_zero", False) else None


def _vocabulary(layer: Layer) -> int | None:
    """Return how many tokens an Embedding knows."""
    inner = layer.layer if isinstance(layer, Wrapper) else layer
    return getattr(inner, "input_dim", None)
