"""The kind `many-to-one`: a sequence in, one output."""

from typing import Literal

from tdcli.architectures.core.base import DataHints
from tdcli.architectures.core.input import SequenceInput
from tdcli.architectures.core.sequence_kind import SequenceKind
from tdcli.shapes import Shape


class ManyToOne(SequenceKind):
    """One output for a sequence, from the last timestep: `(batch, time, features)` -> `(batch, units)`."""

    per_step = False

    kind: Literal["many-to-one"]
    input: SequenceInput

    def input_shape(self, data: DataHints) -> Shape:
        """Return `(batch, time, features)`."""
        return self.input.shape(data)
