"""The kind `cnn-lstm`: a CNN reads each frame, then a recurrent stack reads the sequence of its outputs."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tdcli.architectures.core.base import LayerNode
from tdcli.architectures.core.blocks import AnyBlock, block_nodes
from tdcli.architectures.core.frame_kind import FrameKind
from tdcli.architectures.core.head import Outputs, head_layers, time_distributed
from tdcli.architectures.core.recurrent import Stack, recurrent_layers


class CnnLstm(FrameKind):
    """A CNN for each frame, then a recurrent stack over time.

    `(batch, time, *frame)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`.
    """

    meanings: ClassVar[dict[str, str]] = {
        "cnn": "layers applied to each frame",
        "recurrent": "recurrent layers, one or several",
    }

    kind: Literal["cnn-lstm"]
    cnn: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]
    recurrent: Stack
    return_sequences: bool = False
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    def layer_nodes(self) -> Iterator[LayerNode]:
        """Yield each CNN layer in TimeDistributed, the recurrent stack, the head and the output layer."""
        yield from block_nodes(self.cnn, ("architecture", "cnn"), time_distributed)
        yield from recurrent_layers(self.recurrent, self.return_sequences)
        yield from head_layers(self.head, self.outputs, self.return_sequences)
