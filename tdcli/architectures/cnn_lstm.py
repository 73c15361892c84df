"""Frames in: a CNN reads every frame, a recurrent stack reads what it saw."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tdcli.architectures.core.base import LayerNode
from tdcli.architectures.core.blocks import AnyBlock, block_nodes
from tdcli.architectures.core.frame_kind import FrameKind
from tdcli.architectures.core.head import Outputs, head_layers, time_distributed
from tdcli.architectures.core.recurrent import Stack, recurrent_layers


class CnnLstm(FrameKind):
    """`(batch, time, *frame)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`."""

    meanings: ClassVar[dict[str, str]] = {
        "cnn": "layers applied to every frame",
        "recurrent": "recurrent layers, one or several",
    }

    kind: Literal["cnn-lstm"]
    cnn: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]
    recurrent: Stack
    return_sequences: bool = False
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    def layer_nodes(self) -> Iterator[LayerNode]:
        """Yield TimeDistributed(each cnn layer), the recurrent stack, the head, the outputs."""
        yield from block_nodes(self.cnn, ("architecture", "cnn"), time_distributed)
        yield from recurrent_layers(self.recurrent, self.return_sequences)
        yield from head_layers(self.head, self.outputs, self.return_sequences)
