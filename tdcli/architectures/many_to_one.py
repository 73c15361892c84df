"""A sequence in, one output."""

from typing import Literal

from tdcli.architectures.core.base import DataHints
from tdcli.architectures.core.input import SequenceInput
from tdcli.architectures.core.sequence_kind import SequenceKind
from tdcli.shapes import Shape


class ManyToOne(SequenceKind):
    """`(batch, time, features)` -> `(batch, units)`: what the last step knows about all of them."""

    per_step = False

    kind: Literal["many-to-one"]
    input: SequenceInput

    def input_shape(self, data: DataHints) -> Shape:
        """Return `(batch, time, features)`."""
        return self.input.shape(data)
