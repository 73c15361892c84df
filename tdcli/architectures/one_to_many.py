"""The kind `one-to-many`: one timestep in, a sequence out."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import PositiveInt

from tdcli.architectures.core.base import Architecture, Chain, DataHints, LayerNode
from tdcli.architectures.core.blocks import AnyBlock
from tdcli.architectures.core.head import Outputs, head_layers
from tdcli.architectures.core.input import FeaturesInput
from tdcli.architectures.core.recurrent import Stack, recurrent_layers
from tdcli.layers.flatten import Flatten
from tdcli.layers.repeat_vector import RepeatVector


class OneToMany(Architecture):
    """A sequence from a single timestep: `(batch, 1, features)` -> `(batch, output_timesteps, units)`.

    The recurrent stack reads the same vector at each timestep. The input has a time axis of length 1,
    as in one-to-one, which a Flatten removes.
    """

    meanings: ClassVar[dict[str, str]] = {
        "output_timesteps": "timesteps of the output",
        "recurrent": "recurrent layers, one or several",
        "head": "layers before the output layer",
        "outputs": "units or arguments of the Dense output layer",
    }

    kind: Literal["one-to-many"]
    input: FeaturesInput
    output_timesteps: PositiveInt
    recurrent: Stack
    head: tuple[AnyBlock, ...] = ()
    outputs: Outputs

    def lower(self, data: DataHints) -> Chain:
        """Return Flatten, RepeatVector, the recurrent stack, the head and the output layer."""
        return Chain((None, 1, *self.input.step_shape(data)), tuple(self._layers()))

    def _layers(self) -> Iterator[LayerNode]:
        yield LayerNode(Flatten(), ("architecture", "input"))
        yield LayerNode(RepeatVector(n=self.output_timesteps), ("architecture", "output_timesteps"))
        yield from recurrent_layers(self.recurrent, return_sequences=True)
        yield from head_layers(self.head, self.outputs, per_step=True)
