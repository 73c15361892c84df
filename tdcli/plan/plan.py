"""What a spec comes to. Summary, check, build and training read the plan, nothing else."""

from dataclasses import dataclass

from tdcli.data._signature import Signature
from tdcli.layers._base import Layer, Parameters, Shape
from tdcli.layers._wrapper import Wrapper
from tdcli.plan.ending import ending, innermost
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
    """A chain of steps. `mask_value`: the value of a step that is padding; None masks nothing."""

    name: str
    kind: str
    input_shape: Shape
    input_dtype: str
    steps: tuple[Step, ...]
    mask_value: float | None = None

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
        shapes = (self.input_shape, self.output_shape)
        return Signature(self.kind, *shapes, end.activation, loss, padding, tokens, self._makes_steps, end.range)

    @property
    def _makes_steps(self) -> bool:
        """Whether a sequence comes out whose steps are not those that went in."""
        return len(self.output_shape) == 3 and not all(_keeps_steps(step) for step in self.steps)


def titled(layer: Layer) -> str:
    """Return a layer's name with the wrapped layer in brackets."""
    return f"{layer.title()}({titled(layer.layer)})" if isinstance(layer, Wrapper) else layer.title()


def _keeps_steps(step: Step) -> bool:
    if step.title in ("Permute", "RepeatVector", "Reshape") or len(step.output_shape) < 3:
        return False
    if not getattr(innermost(step.layer), "return_sequences", True):  # a ConvLSTM1D leaves its last step's places
        return False
    return step.input_shape[1] == step.output_shape[1]


def _padding_token(layer: Layer) -> float | None:
    """Return the token that an Embedding takes for padding."""
    return 0.0 if getattr(layer, "mask_zero", False) else None
