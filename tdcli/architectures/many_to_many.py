"""A sequence in, an output at every step."""

from typing import Literal

from tdcli.architectures.core.base import DataHints
from tdcli.architectures.core.input import SequenceInput
from tdcli.architectures.core.sequence_kind import SequenceKind
from tdcli.shapes import Shape


class ManyToMany(SequenceKind):
    """`(batch, time, features)` -> `(batch, time, units)`: the same Dense layer at every step."""

    per_step = True

    kind: Literal["many-to-many"]
    input: SequenceInput

    def input_shape(self, data: DataHints) -> Shape:
        """Return `(batch, time, features)`."""
        return self.input.shape(data)
