"""One layer of a plan with its shapes, its parameter count and its position in the spec."""

from dataclasses import dataclass

from tdcli.layers.core.base import Layer, Parameters
from tdcli.shapes import Shape
from tdcli.text.diagnostic import Span
from tdcli.text.key_path import KeyPath

BYTES_PER_NUMBER = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


@dataclass(frozen=True)
class Step:
    """One layer of the chain. Shapes have the batch first. `masked`: whether the input has a mask.

    `residual_length`: the number of steps in a residual block, for the sum at its end; 0 for other layers.
    `key_path`: the path to the layer in the document.
    """

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: Parameters
    span: Span
    masked: bool = False
    residual_length: int = 0
    key_path: KeyPath = ()

    @property
    def title(self) -> str:
        """The layer's name in a spec, with the wrapped layer in brackets: `TimeDistributed(Conv2D)`."""
        return self.layer.full_title

    @property
    def bytes(self) -> int:
        """The size of the weights in bytes."""
        return self.parameters.total * BYTES_PER_NUMBER[self.layer.dtype or "float32"]

    @property
    def drops_time(self) -> bool:
        """Whether the layer reads a sequence and returns a single vector."""
        return len(self.input_shape) > 2 >= len(self.output_shape)
