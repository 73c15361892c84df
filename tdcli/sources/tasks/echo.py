"""The tutorials' sequence 0.0, 0.2, 0.4, 0.6, 0.8, which the model must output again.

https://machinelearningmastery.com/timedistributed-layer-for-long-short-term-memory-networks-in-python/
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import PositiveInt

from tdcli.shapes import Shape
from tdcli.signature import Signature
from tdcli.sources.core.section import Header
from tdcli.sources.tasks.core.task import GeneratedSamples, Task

if TYPE_CHECKING:
    import numpy as np


class Echo(Task):
    """The sequence `i / length`, as one sample or as samples of one timestep. The targets are the same numbers."""

    meanings: ClassVar[dict[str, str]] = {
        "length": "timesteps of the sequence",
    }

    task: Literal["echo"]
    length: PositiveInt = 5

    def shapes(self, signature: Signature) -> tuple[Shape, Shape]:
        """Return the shapes of x and y."""
        if signature.per_step:
            return (1, self.length, 1), (1, self.length, 1)
        if signature.timesteps == 1:
            return (self.length, 1, 1), (self.length, 1)
        return (1, self.length, 1), (1, self.length)

    def inspect(self, folder: Path) -> Header:
        """Return a header with one feature."""
        return Header(x_shape=(None, None, 1))

    def misfit(self, signature: Signature) -> str:
        """Compare the shapes with the model's."""
        if signature.takes == "classes":
            return "has numbers as targets, but the model outputs classes; remove the `activation` of the outputs"
        x, y = self.shapes(signature)
        if _fits_model(x, signature.input_shape) and _fits_model(y, signature.output_shape):
            return ""
        return f"of length {self.length} generates `x` {x} and `y` {y}, which do not fit the model"

    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Generate x `(1, length, 1)` or `(length, 1, 1)`, and y with the same numbers."""
        import numpy as np

        x, y = self.shapes(signature)
        values = (np.arange(self.length) / self.length).astype(np.float32)
        return GeneratedSamples(values.reshape([size or 1 for size in x]), values.reshape([size or 1 for size in y]))


def _fits_model(shape: Shape, wanted: Shape) -> bool:
    pairs = zip(shape[1:], wanted[1:], strict=False)
    return len(shape) == len(wanted) and all(want in (None, size) for size, want in pairs)
