"""The kind `one-to-one`: one timestep in, one output."""

from typing import Literal

from tdcli.architectures.core.base import DataHints
from tdcli.architectures.core.input import FeaturesInput
from tdcli.architectures.core.sequence_kind import SequenceKind
from tdcli.shapes import Shape


class OneToOne(SequenceKind):
    """One output for a single timestep: `(batch, 1, features)` -> `(batch, units)`."""

    per_step = False

    kind: Literal["one-to-one"]
    input: FeaturesInput

    def input_shape(self, data: DataHints) -> Shape:
        """Return `(batch, 1, features)`."""
        return (None, 1, *self.input.step_shape(data))
