"""The kinds that read frames over time."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from tdcli.architectures.core.base import Architecture, Chain, DataHints, LayerNode
from tdcli.architectures.core.input import FrameInput


class FrameKind(Architecture):
    """`(batch, time, *frame)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`."""

    meanings: ClassVar[dict[str, str]] = {
        "return_sequences": "an answer a timestep",
        "head": "layers before the outputs",
        "outputs": "Dense layer of the outputs: its units, or its arguments",
    }

    input: FrameInput

    def lower(self, data: DataHints) -> Chain:
        """Return the layers; padded frames are marked by the data section, since no Keras layer does it."""
        shape = (None, self.input.timesteps, *self.input.frame)
        return Chain(shape, tuple(self.layer_nodes()), mask_value=data.padding)

    @abstractmethod
    def layer_nodes(self) -> Iterator[LayerNode]:
        """Yield the layers from the input on."""
