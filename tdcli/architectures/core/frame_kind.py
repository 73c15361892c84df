"""The base class of kinds that read frames over time."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from tdcli.architectures.core.base import Architecture, Chain, DataHints, LayerNode
from tdcli.architectures.core.input import FrameInput


class FrameKind(Architecture):
    """`(batch, time, *frame)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`."""

    meanings: ClassVar[dict[str, str]] = {
        "return_sequences": "one output per timestep",
        "head": "layers before the output layer",
        "outputs": "units or arguments of the Dense output layer",
    }

    input: FrameInput

    def lower(self, data: DataHints) -> Chain:
        """Return the layers. The data section declares padded frames, since no Keras layer can mask them."""
        shape = (None, self.input.timesteps, *self.input.frame)
        return Chain(shape, tuple(self.layer_nodes()), mask_value=data.padding)

    @abstractmethod
    def layer_nodes(self) -> Iterator[LayerNode]:
        """Yield the layers, starting at the input."""
