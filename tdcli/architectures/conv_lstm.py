"""Frames in: recurrent layers whose products are convolutions read them, and keep a frame as their state."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from tdcli.architectures.core.base import Architecture, Chain, FromData, Placed
from tdcli.architectures.core.blocks import AnyBlock
from tdcli.architectures.core.head import Outputs, head_layers, time_distributed
from tdcli.architectures.core.input import FrameInput
from tdcli.architectures.core.recurrent import FrameStack, recurrent_layers
from tdcli.layers.flatten import Flatten


class ConvLstm(Architecture):
    """`(batch, time, *frame)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`.

    `recurrent` holds ConvLSTM layers; what the last of them gives is flattened for the outputs.
    """

    meanings: ClassVar[dict[str, str]] = {
        "recurrent": "ConvLSTM layers, one or several",
        "return_sequences": "an answer a timestep",
        "head": "layers before the outputs",
        "outputs": "Dense layer of the outputs: its units, or its arguments",
    }

    kind: Literal["conv-lstm"]
    input: FrameInput
    recurrent: FrameStack
    return_sequences: bool = False
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    def lower(self, data: FromData) -> Chain:
        """Return the recurrent stack, Flatten, the head, the outputs."""
        shape = (None, self.input.timesteps, *self.input.frame)
        return Chain(shape, tuple(self._layers()), mask_value=data.padding)

    def _layers(self) -> Iterator[Placed]:
        yield from recurrent_layers(self.recurrent, self.return_sequences)
        flatten = time_distributed(Flatten()) if self.return_sequences else Flatten()
        yield Placed(flatten, ("architecture", "outputs"))
        yield from head_layers(self.head, self.outputs, self.return_sequences)
