"""The kind `conv-lstm`: recurrent layers with convolutions read frames and keep a frame as their state."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from tdcli.architectures.core.base import LayerNode
from tdcli.architectures.core.blocks import AnyBlock
from tdcli.architectures.core.frame_kind import FrameKind
from tdcli.architectures.core.head import Outputs, head_layers, time_distributed
from tdcli.architectures.core.recurrent import FrameStack, recurrent_layers
from tdcli.layers.flatten import Flatten


class ConvLstm(FrameKind):
    """ConvLSTM layers over frames. The output of the last one is flattened for the head.

    `(batch, time, *frame)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`.
    """

    meanings: ClassVar[dict[str, str]] = {
        "recurrent": "ConvLSTM layers, one or several",
    }

    kind: Literal["conv-lstm"]
    recurrent: FrameStack
    return_sequences: bool = False
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    def layer_nodes(self) -> Iterator[LayerNode]:
        """Yield the recurrent stack, Flatten, the head and the output layer."""
        yield from recurrent_layers(self.recurrent, self.return_sequences)
        flatten = time_distributed(Flatten()) if self.return_sequences else Flatten()
        yield LayerNode(flatten, ("architecture", "outputs"))
        yield from head_layers(self.head, self.outputs, self.return_sequences)
