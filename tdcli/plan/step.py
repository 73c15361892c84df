"""One layer of a plan, with its shapes, its count and its place in the file."""

from dataclasses import dataclass

from tdcli.layers.core.base import Layer, Parameters
from tdcli.shapes import Shape
from tdcli.text.diagnostic import Span
from tdcli.text.key_path import KeyPath

BYTES_PER_NUMBER = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


@dataclass(frozen=True)
class Step:
    """One layer of the chain. Shapes have the batch first; `masked`: padded steps come in marked.

    `residual_length`: how many steps the residual block has whose sum this is; else 0. `way`: the place in the
    document that it comes from.
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
        """Size of the weights."""
        return self.parameters.total * BYTES_PER_NUMBER[self.layer.dtype or "float32"]

    @property
    def drops_time(self) -> bool:
        """Whether the layer takes a sequence and gives one vector."""
        return len(self.input_shape) > 2 >= len(self.output_shape)
