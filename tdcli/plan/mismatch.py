"""A layer and a shape that do not fit, with the layers and the document around them."""

from dataclasses import dataclass

from tdcli.architectures.core.base import LayerNode
from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.recurrent import VectorRecurrent, recurrent_cell
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.step import Step
from tdcli.shapes import Shape, format_shape
from tdcli.text.diagnostic import Note, Span
from tdcli.text.document import Document


@dataclass(frozen=True)
class Mismatch:
    """An error with its context: the shape of the layer's input, the steps before, the shape of the model's input."""

    error: ShapeError
    node: LayerNode
    input_shape: Shape
    span: Span
    before: tuple[Step, ...]
    chain_shape: Shape
    document: Document

    @property
    def layer(self) -> Layer:
        """The layer that does not fit."""
        return self.node.layer

    @property
    def input_span(self) -> Span:
        """Where the input is declared."""
        return self.document.span(("architecture", "input"))

    @property
    def innermost(self) -> Layer:
        """The layer that TimeDistributed wraps, or the layer itself."""
        layer = self.layer
        while isinstance(layer, TimeDistributed):
            layer = layer.layer
        return layer

    @property
    def walks_along_time(self) -> bool:
        """Whether the innermost layer is recurrent and needs one vector per timestep."""
        return isinstance(recurrent_cell(self.innermost), VectorRecurrent)

    @property
    def reads_input(self) -> bool:
        """Whether the input of the layer has the shape of the model's input."""
        return self.input_shape == self.chain_shape

    @property
    def lacks_one_axis(self) -> bool:
        """Whether the innermost layer got one axis less than it needs."""
        return len(self.error.input_shape) == len(self.innermost.axes) - 1

    @property
    def has_spare_axis(self) -> bool:
        """Whether the innermost layer got one axis more than it needs."""
        return len(self.error.input_shape) == len(self.innermost.axes) + 1

    @property
    def last(self) -> Step | None:
        """The step before; None for the first layer."""
        return self.before[-1] if self.before else None

    @property
    def losing(self) -> Step | None:
        """The last step before that removed the time axis."""
        return next((step for step in reversed(self.before) if step.drops_time), None)

    @property
    def source(self) -> Note:
        """A note at the layer that produced the shape, or at the input."""
        if not self.last:
            return self.note_of_input("the input is declared here")
        return Note(self.last.span, f"outputs `{format_shape(self.last.output_shape)}`")

    def note_of_input(self, text: str) -> Note:
        """Return a note at the input."""
        return Note(self.input_span, text)

    @property
    def message(self) -> str:
        """The message about the axes that the innermost layer needs and the shape that it got."""
        return self.message_of(self.innermost)

    def message_of(self, layer: Layer) -> str:
        """Return the same message for another layer, such as the wrapper."""
        needs = f"`{self.error.needs}`" if self.error.axes else self.error.needs
        return f"`{layer.title()}` needs {needs}, got `{format_shape(self.error.input_shape)}`"


def keeps_last_step(layer: Layer) -> bool:
    """Return whether a recurrent layer returns only its last output."""
    cell = recurrent_cell(layer)
    return cell is not None and not cell.return_sequences


def flattens_frames(step: Step) -> bool:
    """Return whether a Flatten merged the time axis with the frames."""
    return step.layer.title() == "Flatten" and len(step.input_shape) > 3
