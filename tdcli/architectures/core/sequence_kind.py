"""The base class of kinds that read `(batch, time, features)`. They only differ in the time axis."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from tdcli.architectures.core.base import Architecture, Chain, DataHints, LayerNode
from tdcli.architectures.core.blocks import AnyBlock
from tdcli.architectures.core.head import Outputs, head_layers
from tdcli.architectures.core.input import padding_of
from tdcli.architectures.core.recurrent import Stack, recurrent_layers
from tdcli.layers.masking import Masking
from tdcli.shapes import Shape


class SequenceKind(Architecture):
    """A recurrent stack, a head, and a Dense output layer."""

    meanings: ClassVar[dict[str, str]] = {
        "recurrent": "recurrent layers, one or several, each with Keras's arguments",
        "head": "layers before the output layer",
        "outputs": "units or arguments of the Dense output layer",
    }

    per_step: ClassVar[bool]

    recurrent: Stack
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    @abstractmethod
    def input_shape(self, data: DataHints) -> Shape:
        """Return `(batch, time, features)`."""

    def lower(self, data: DataHints) -> Chain:
        """Return the recurrent stack, the head and the output layer. Padding adds a Masking."""
        shape = self.input_shape(data)
        return Chain(shape, tuple(self._layers(padding_of(shape, data))))

    def _layers(self, padding: float | None) -> Iterator[LayerNode]:
        if padding is not None:
            yield LayerNode(Masking(mask_value=padding), ("architecture", "input", "timesteps"))
        yield from recurrent_layers(self.recurrent, self.per_step)
        yield from head_layers(self.head, self.outputs, self.per_step)
