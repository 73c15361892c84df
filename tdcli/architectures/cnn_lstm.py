"""Frames in: a CNN reads every frame, a recurrent stack reads what it saw."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tdcli.architectures.core.base import Architecture, Chain, FromData, Placed
from tdcli.architectures.core.blocks import AnyBlock, placed_blocks
from tdcli.architectures.core.head import Outputs, head_layers, time_distributed
from tdcli.architectures.core.input import FrameInput
from tdcli.architectures.core.recurrent import Stack, recurrent_layers


class CnnLstm(Architecture):
    """`(batch, time, *frame)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`."""

    meanings: ClassVar[dict[str, str]] = {
        "cnn": "layers applied to every frame",
        "recurrent": "recurrent layers, one or several",
        "return_sequences": "an answer a timestep",
        "head": "layers before the outputs",
        "outputs": "Dense layer of the outputs: its units, or its arguments",
    }

    kind: Literal["cnn-lstm"]
    input: FrameInput
    cnn: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]
    recurrent: Stack
    return_sequences: bool = False
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    def lower(self, data: FromData) -> Chain:
        """Return TimeDistributed(each cnn layer), the recurrent stack, the head, the outputs."""
        shape = (None, self.input.timesteps, *self.input.frame)
        return Chain(shape, tuple(self._layers()), mask_value=data.padding)

    def _layers(self) -> Iterator[Placed]:
        yield from placed_blocks(self.cnn, ("architecture", "cnn"), time_distributed)
        yield from recurrent_layers(self.recurrent, self.return_sequences)
        yield from head_layers(self.head, self.outputs, self.return_sequences)
