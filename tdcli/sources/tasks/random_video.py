"""The tutorial's random frames with random labels. There is nothing to learn; the task shows that a model runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_classes
from tdcli.sources.tasks.core.task import GeneratedSamples, Sampled, class_misfit

if TYPE_CHECKING:
    import numpy as np


class RandomVideo(Sampled):
    """Random values from 0 to 1 in frames of any shape, and a random class for each sample or timestep."""

    task: Literal["random-video"]

    def misfit(self, signature: Signature) -> str:
        """Require classes as outputs."""
        return class_misfit(signature, most=max(2, signature.units))

    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Generate x `(samples, time, *frame)`, y `(samples,)` or `(samples, time)`."""
        import numpy as np

        steps = self.steps(signature)
        x = rng.random((self.samples, steps, *(size or 1 for size in signature.step_shape)), dtype=np.float32)
        places = (self.samples, signature.output_shape[1] or steps) if signature.returns_sequences else (self.samples,)
        return GeneratedSamples(x, rng.integers(outputs_for_classes(signature), size=places))
