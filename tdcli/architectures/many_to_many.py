"""The kind `many-to-many`: a sequence in, an output at each timestep."""

from typing import Literal

from tdcli.architectures.core.base import DataHints
from tdcli.architectures.core.input import SequenceInput
from tdcli.architectures.core.sequence_kind import SequenceKind
from tdcli.shapes import Shape


class ManyToMany(SequenceKind):
    """An output at each timestep, from the same Dense layer: `(batch, time, features)` -> `(batch, time, units)`."""

    per_step = True

    kind: Literal["many-to-many"]
    input: SequenceInput

    def input_shape(self, data: DataHints) -> Shape:
        """Return `(batch, time, features)`."""
        return self.input.shape(data)
