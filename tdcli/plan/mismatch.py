"""A layer and a shape that do not fit, with what stands around them."""

from dataclasses import dataclass

from tdcli.layers._base import Layer, Shape, ShapeFault
from tdcli.layers._recurrent import Recurrent, VectorRecurrent
from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.plan import Step
from tdcli.text.diagnostic import Span


@dataclass(frozen=True)
class Mismatch:
    """A fault with what stands around it: the shape that came in, the steps before, the input's place and shape."""

    fault: ShapeFault
    layer: Layer
    input_shape: Shape
    span: Span
    before: tuple[Step, ...]
    input_span: Span
    chain_shape: Shape

    @property
    def innermost(self) -> Layer:
        """The layer that TimeDistributed wraps, or the layer itself."""
        layer = self.layer
        while isinstance(layer, TimeDistributed):
            layer = layer.layer
        return layer

    @property
    def walks_along_time(self) -> bool:
        """Whether the innermost layer takes one vector a step."""
        layer = self.innermost
        return isinstance(layer.layer if isinstance(layer, Bidirectional) else layer, VectorRecurrent)

    @property
    def last(self) -> Step | None:
        """The layer before; None where the input is."""
        return self.before[-1] if self.before else None

    @property
    def source(self) -> str:
        """Who made the shape: the layer before, or the input."""
        if not self.last:
            return f"the input on line {self.input_span.line} has this shape"
        return f"the `{self.last.title}` on line {self.last.span.line} gives this shape"

    @property
    def message(self) -> str:
        """What the innermost layer needs, and what it got."""
        return self.message_of(self.innermost)

    def message_of(self, layer: Layer) -> str:
        """Say the same of the layer itself, whatever it wraps."""
        needs = self.fault.needs
        shape_or_words = f"`{needs}`" if needs.startswith("(") else needs
        return f"`{layer.title()}` needs {shape_or_words}, got `{written(self.fault.input_shape)}`"


def is_recurrent(layer: Layer) -> bool:
    """Say whether a layer may return its last step only."""
    return isinstance(layer, Recurrent | Bidirectional)


def written(shape: Shape) -> str:
    """Write a shape as the docs do.

    >>> written((None, None, 5)), written((None,))
    ('(batch, ?, 5)', '(batch)')
    """
    return "(" + ", ".join(["batch", *("?" if size is None else str(size) for size in shape[1:])]) + ")"
