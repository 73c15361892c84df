"""The kind `encoder-decoder`: a sequence in, a sequence of another length out."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import PositiveInt

from tdcli.architectures.core.base import Architecture, Chain, DataHints, LayerNode
from tdcli.architectures.core.blocks import AnyBlock
from tdcli.architectures.core.head import Outputs, head_layers
from tdcli.architectures.core.input import SequenceInput, padding_of
from tdcli.architectures.core.recurrent import Stack, recurrent_layers
from tdcli.layers.masking import Masking
from tdcli.layers.repeat_vector import RepeatVector


class EncoderDecoder(Architecture):
    """An encoder reads the input, and a decoder makes a sequence from the encoder's last output.

    `(batch, time, features)` -> `(batch, output_timesteps, units)`.

    The decoder reads the last output of the encoder at each timestep, and nothing else of the input.
    """

    meanings: ClassVar[dict[str, str]] = {
        "encoder": "recurrent layers that read the input",
        "decoder": "recurrent layers that make the output sequence",
        "output_timesteps": "timesteps of the output",
        "head": "layers before the output layer",
        "outputs": "units or arguments of the Dense output layer",
    }

    kind: Literal["encoder-decoder"]
    input: SequenceInput
    encoder: Stack
    decoder: Stack
    output_timesteps: PositiveInt
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    def lower(self, data: DataHints) -> Chain:
        """Return the encoder, RepeatVector, the decoder, the head and the output layer. Padding adds a Masking."""
        shape = self.input.shape(data)
        return Chain(shape, tuple(self._layers(padding_of(shape, data))))

    def _layers(self, padding: float | None) -> Iterator[LayerNode]:
        if padding is not None:
            yield LayerNode(Masking(mask_value=padding), ("architecture", "input", "timesteps"))
        yield from recurrent_layers(self.encoder, return_sequences=False, key="encoder")
        yield LayerNode(RepeatVector(n=self.output_timesteps), ("architecture", "output_timesteps"))
        yield from recurrent_layers(self.decoder, return_sequences=True, key="decoder")
        yield from head_layers(self.head, self.outputs, per_step=True)
