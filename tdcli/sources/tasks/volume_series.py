"""Classify whether a lump grows or shrinks in a series of scans. A single scan does not show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tdcli.signature import Signature
from tdcli.sources.tasks.core.task import GeneratedSamples, Noisy, class_misfit, each_step

if TYPE_CHECKING:
    import numpy as np


class VolumeSeries(Noisy):
    """A lump whose radius changes between a small and a large size. Both classes have the same sizes."""

    class_names = ("shrinks", "grows")

    task: Literal["volume-series"]

    def misfit(self, signature: Signature) -> str:
        """Require scans `[depth, height, width, channels]` and 2 timesteps."""
        if len(signature.step_shape) != 4 or self.steps(signature) < 2:
            return "needs at least 2 timesteps of scans such as `frame: [8, 8, 8, 1]`"
        return class_misfit(signature, most=2)

    def make(self, signature: Signature, rng: np.random.Generator) -> GeneratedSamples:
        """Generate x `(samples, time, depth, height, width, channels)`, y `(samples,)` or `(samples, time)`."""
        import numpy as np

        steps, (*sizes, channels) = self.steps(signature), (size or 1 for size in signature.step_shape)
        labels = rng.integers(2, size=self.samples)
        small, large = rng.uniform(0.1, 0.2, self.samples), rng.uniform(0.3, 0.4, self.samples)
        share = np.linspace(0, 1, steps)
        share = np.where(labels[:, None], share, 1 - share)
        radius = small[:, None] * (1 - share) + large[:, None] * share
        middle = rng.uniform(-0.1, 0.1, (self.samples, len(sizes)))
        axes = np.meshgrid(*(np.linspace(-0.5, 0.5, size) for size in sizes), indexing="ij")
        far = sum((axis - middle[:, place, None, None, None]) ** 2 for place, axis in enumerate(axes))
        x = np.exp(-np.asarray(far)[:, None] / (2 * radius[..., None, None, None] ** 2))
        x = np.repeat(x[..., None], channels, axis=-1)
        return GeneratedSamples(self.noised(x, rng), each_step(labels, signature, steps))
